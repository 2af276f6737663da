/* The end: says why where a host finds it, and stops for good. */
#include "board.h"
#include "regs/hca_mailbox.h"
#include "timer.h"

uint32_t current_opcode, current_function;

static void word(uint32_t index, uint32_t value) { mgmt_write(HCA_MGMT_CATAS + 4 * index, value); }

static uint32_t ending;

/* Every word of the buffer may be the one that traps again: then the rest is left out. */
static void tell(const struct last_words *w) {
  word(HCA_CATAS_WORD_MCAUSE, w->mcause);
  word(HCA_CATAS_WORD_MEPC, w->mepc);
  word(HCA_CATAS_WORD_MTVAL, w->mtval);
  word(HCA_CATAS_WORD_STACK, w->stack);
  word(HCA_CATAS_WORD_RETURN_ADDRESS, w->return_address);
  word(HCA_CATAS_WORD_OPCODE, current_opcode);
  word(HCA_CATAS_WORD_FUNCTION, current_function);
  const uint64_t now = timer_now();
  word(HCA_CATAS_WORD_UPTIME_LOW, (uint32_t)now);
  word(HCA_CATAS_WORD_UPTIME_HIGH, (uint32_t)(now >> 32));
  word(HCA_CATAS_WORD_CODE, w->code); /* last: a host that sees it sees the rest */
}

_Noreturn void catastrophic(const struct last_words *w) {
  csr_clear(mstatus, MSTATUS_MIE);
  if (ending++ == 0) tell(w);
  mgmt_write(HCA_MGMT_DEVICE_STATE, HCA_MGMT_DEVICE_STATE_STATE_CATASTROPHIC |
                                        HCA_MGMT_DEVICE_STATE_PORT_DOWN << HCA_MGMT_DEVICE_STATE_PORT_SHIFT);
  mgmt_write(HCA_MGMT_HALT, w->code);
  csr_write(mie, 0u);
  for (;;) wait_for_interrupt();
}

_Noreturn void halt_with(uint32_t code, uint32_t value) {
  const struct last_words words = {
    .code = code, .mtval = value, .return_address = (uint32_t)__builtin_return_address(0)};
  catastrophic(&words);
}
