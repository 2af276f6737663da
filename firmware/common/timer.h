/* The core-local timer: 64 bits in accesses of 4 bytes. */
#ifndef FIRMWARE_TIMER_H
#define FIRMWARE_TIMER_H

#include "mmio.h"

#define TIMER_COMPARE 0x02004000u
#define TIMER_TIME 0x0200bff8u

static inline uint64_t timer_now(void) {
  uint32_t high, low;
  do {
    high = mmio_read(TIMER_TIME + 4);
    low = mmio_read(TIMER_TIME);
  } while (mmio_read(TIMER_TIME + 4) != high);
  return (uint64_t)high << 32 | low;
}

static inline void timer_set(uint64_t when) {
  mmio_write(TIMER_COMPARE + 4, 0xffffffffu); /* no interrupt on the way */
  mmio_write(TIMER_COMPARE, (uint32_t)when);
  mmio_write(TIMER_COMPARE + 4, (uint32_t)(when >> 32));
}

#endif
