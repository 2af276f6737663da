/* Registers of devices, and of the hart. */
#ifndef FIRMWARE_MMIO_H
#define FIRMWARE_MMIO_H

#include <stdint.h>

static inline uint32_t mmio_read(uint32_t address) { return *(const volatile uint32_t *)(uintptr_t)address; }
static inline void mmio_write(uint32_t address, uint32_t value) { *(volatile uint32_t *)(uintptr_t)address = value; }

#define csr_read(name) \
  ({ uint32_t csr_value; __asm__ volatile("csrr %0, " #name : "=r"(csr_value) : : "memory"); csr_value; })
#define csr_write(name, value) __asm__ volatile("csrw " #name ", %0" : : "rK"(value) : "memory")
#define csr_set(name, bits) __asm__ volatile("csrs " #name ", %0" : : "rK"(bits) : "memory")
#define csr_clear(name, bits) __asm__ volatile("csrc " #name ", %0" : : "rK"(bits) : "memory")
/* Sleeps until an interrupt of mie is pending, taken or not. */
#define wait_for_interrupt() __asm__ volatile("wfi" : : : "memory")

#define MSTATUS_MIE 8u
#define MIE_TIMER (1u << 7)
#define MIE_EXTERNAL (1u << 11)
#define MCAUSE_INTERRUPT_TIMER 0x80000007u
#define MCAUSE_INTERRUPT_EXTERNAL 0x8000000bu

#endif
