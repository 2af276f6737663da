/* Boot, and then: sleep until something happens, do what there is to do. */
#include "board.h"
#include "command.h"
#include "event.h"
#include "hw.h"
#include "port.h"
#include "timer.h"

enum {
  WATCHDOG_TICKS = 1000000, /* of the processor's timer */
  KICK_TICKS = WATCHDOG_TICKS / 4,
  ALL_SOURCES = HCA_MGMT_INT_ENABLE_ALL_MASK,
};
/* Self-test bits that must be set. */
#define HEALTHY (HCA_MGMT_SELF_TEST_RAM_MASK | HCA_MGMT_SELF_TEST_MULTIPLY_MASK | HCA_MGMT_SELF_TEST_DIVIDE_MASK | \
                 HCA_MGMT_SELF_TEST_DONE_MASK)

static struct hca hca;
static volatile uint32_t events; /* sources that interrupted and were not looked after */

void trap_interrupt(uint32_t mcause);
_Noreturn void trap_exception(uint32_t mcause, uint32_t stack, uint32_t return_address);

/* Called with interrupts off; crt0.S leaves them off. */
void trap_interrupt(uint32_t mcause) {
  if (mcause == MCAUSE_INTERRUPT_TIMER) {
    timer_set(timer_now() + KICK_TICKS);
  } else if (mcause == MCAUSE_INTERRUPT_EXTERNAL) {
    const uint32_t pending = mgmt_read(HCA_MGMT_INT_PENDING) & ALL_SOURCES;
    mgmt_write(HCA_MGMT_INT_PENDING, pending);
    events |= pending;
  }
}

_Noreturn void trap_exception(uint32_t mcause, uint32_t stack, uint32_t return_address) {
  const struct last_words words = {
    .code = HCA_MGMT_HALT_CODE_TRAP, .mcause = mcause, .mepc = csr_read(mepc), .mtval = csr_read(mtval),
    .stack = stack, .return_address = return_address,
  };
  catastrophic(&words);
}

/* Sources that asked for attention. Interrupts are on for a moment only, in which one is taken at most. */
static uint32_t wait_for_events(void) {
  wait_for_interrupt();
  csr_set(mstatus, MSTATUS_MIE);
  __asm__ volatile("nop");
  csr_clear(mstatus, MSTATUS_MIE);
  const uint32_t found = events;
  events = 0;
  return found;
}

/* One command: the others' turn comes with the interrupt that the next head raises. */
static void serve_head(void) {
  const uint32_t head = mgmt_read(HCA_MGMT_CMD_HEAD);
  if ((head & HCA_MGMT_CMD_HEAD_VALID_MASK) == 0) return;
  uint32_t words[HCA_MGMT_CMD_WORD_COUNT];
  for (uint32_t i = 0; i < HCA_MGMT_CMD_WORD_COUNT; ++i) words[i] = mgmt_read(HCA_MGMT_CMD_WORD + 4 * i);
  struct command c = command_of(head & HCA_MGMT_CMD_HEAD_FUNCTION_MASK, words);
  current_opcode = c.opcode;
  current_function = c.function;
  const uint32_t status = answer_command(&hca, &c);
  if (c.immediate) {
    mgmt_write(HCA_MGMT_CMD_OUT_HIGH, (uint32_t)(c.out >> 32));
    mgmt_write(HCA_MGMT_CMD_OUT_LOW, (uint32_t)c.out);
  }
  mgmt_write(HCA_MGMT_CMD_DONE, status | (c.immediate ? HCA_MGMT_CMD_DONE_OUT_MASK : 0u));
  if (c.event && c.function < hca.functions) event_command(&hca, &c, status);
}

static void boot(void) {
  csr_clear(mstatus, MSTATUS_MIE);
  const uint32_t found = self_test();
  mgmt_write(HCA_MGMT_SELF_TEST, found);
  if ((found & HEALTHY) != HEALTHY) halt_with(HCA_MGMT_HALT_CODE_SELF_TEST, found);
  device_init(&hca);
  timer_set(timer_now() + KICK_TICKS);
  mgmt_write(HCA_MGMT_WATCHDOG_TIMEOUT, WATCHDOG_TICKS);
  mgmt_write(HCA_MGMT_WATCHDOG_CONTROL, HCA_MGMT_WATCHDOG_CONTROL_ENABLE_MASK);
  hw_kick();
  mgmt_write(HCA_MGMT_INT_ENABLE, ALL_SOURCES);
  csr_write(mie, MIE_EXTERNAL | MIE_TIMER);
  hw_show_state(HCA_MGMT_DEVICE_STATE_STATE_READY, hca.port.state);
}

int main(void);
int main(void) {
  boot();
  for (;;) {
    const uint32_t found = wait_for_events();
    hw_kick();
    if ((found & HCA_MGMT_INT_PENDING_PORT_MASK) != 0) port_turn(&hca);
    if ((found & HCA_MGMT_INT_PENDING_COMMAND_MASK) != 0) serve_head();
    if (*__stack_bottom != STACK_PAINT) halt_with(HCA_MGMT_HALT_CODE_STACK, 0);
  }
}
