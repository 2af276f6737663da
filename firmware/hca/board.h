/* Where things are on this processor, and what ends the firmware. */
#ifndef HCA_BOARD_H
#define HCA_BOARD_H

#include <stdint.h>

#include "mmio.h"
#include "regs/hca_mgmt.h"

#define MGMT 0x40000000u

static inline uint32_t mgmt_read(uint32_t reg) { return mmio_read(MGMT + reg); }
static inline void mgmt_write(uint32_t reg, uint32_t value) { mmio_write(MGMT + reg, value); }

/* From the link script. */
extern uint32_t __bss_begin[], __bss_end[], __stack_bottom[], __ram_end[];
#define STACK_PAINT 0x57ac57acu /* as in crt0.S */

/* What ends the firmware, as a host finds it in the catastrophic error buffer. */
struct last_words {
  uint32_t code; /* HCA_MGMT_HALT_CODE_* */
  uint32_t mcause, mepc, mtval, stack, return_address;
};
_Noreturn void catastrophic(const struct last_words *words);
_Noreturn void halt_with(uint32_t code, uint32_t value);

/* The command being served, for the last words. */
extern uint32_t current_opcode, current_function;

/* Answers the bits of HCA_MGMT_SELF_TEST. */
uint32_t self_test(void);

#endif
