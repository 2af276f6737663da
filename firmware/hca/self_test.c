/* Whether memory, multiplier and divider do what they should. Runs first: of memory, what lies between data and stack
   and the data themselves, which are zero and are left so. */
#include "board.h"

/* Each address line: words at powers of two apart hold different values; then a block in both polarities. */
static uint32_t ram_works(void) {
  volatile uint32_t *const from = __bss_begin;
  const uint32_t words = (uint32_t)(__stack_bottom - __bss_begin);
  uint32_t wrong = 0;
  for (uint32_t n = 1; n < words; n <<= 1) from[n] = 0x5a5a0000u + n;
  from[0] = 0xa5a5ffffu;
  for (uint32_t n = 1; n < words; n <<= 1) wrong |= from[n] ^ (0x5a5a0000u + n), from[n] = 0;
  wrong |= from[0] ^ 0xa5a5ffffu;
  for (uint32_t pattern = 0x55555555u;; pattern = ~pattern) {
    for (uint32_t n = 0; n < 256; ++n) from[n] = pattern ^ n;
    for (uint32_t n = 0; n < 256; ++n) wrong |= from[n] ^ pattern ^ n, from[n] = 0;
    if (pattern == 0xaaaaaaaau) break;
  }
  return wrong == 0;
}

/* The compiler must not know the operands. */
static uint32_t opaque(uint32_t value) {
  __asm__ volatile("" : "+r"(value));
  return value;
}

static uint32_t multiply_high(uint32_t a, uint32_t b) { return (uint32_t)((uint64_t)opaque(a) * opaque(b) >> 32); }
static int32_t multiply_high_signed(uint32_t a, uint32_t b) {
  return (int32_t)((int64_t)(int32_t)opaque(a) * (int32_t)opaque(b) >> 32);
}

static uint32_t multiply_works(void) {
  return opaque(0x12345678u) * opaque(0x9abcdef0u) == 0x242d2080u && opaque(0xffffffffu) * opaque(0xffffffffu) == 1 &&
         multiply_high(0xffffffffu, 0xffffffffu) == 0xfffffffeu && multiply_high(0x80000000u, 6) == 3 &&
         multiply_high_signed(0xffffffffu, 2) == -1 && multiply_high_signed(0x80000000u, 0x80000000u) == 0x40000000;
}

/* The edges of the specification too: by zero, and the one quotient that does not fit. C leaves them open. */
static uint32_t divide_works(void) {
  uint32_t by_zero, rest_of_zero, overflow;
  __asm__ volatile("divu %0, %1, %2" : "=r"(by_zero) : "r"(7), "r"(0));
  __asm__ volatile("rem %0, %1, %2" : "=r"(rest_of_zero) : "r"(-7), "r"(0));
  __asm__ volatile("div %0, %1, %2" : "=r"(overflow) : "r"(0x80000000u), "r"(-1));
  return opaque(0xdeadbeefu) / opaque(0x1234u) == 0xc3ba5u && opaque(0xdeadbeefu) % opaque(0x1234u) == 0x76bu &&
         (int32_t)opaque((uint32_t)-7) / (int32_t)opaque(2) == -3 &&
         (int32_t)opaque((uint32_t)-7) % (int32_t)opaque(2) == -1 && by_zero == 0xffffffffu &&
         rest_of_zero == (uint32_t)-7 && overflow == 0x80000000u;
}

uint32_t self_test(void) {
  return ram_works() << HCA_MGMT_SELF_TEST_RAM_SHIFT | multiply_works() << HCA_MGMT_SELF_TEST_MULTIPLY_SHIFT |
         divide_works() << HCA_MGMT_SELF_TEST_DIVIDE_SHIFT | 1u << HCA_MGMT_SELF_TEST_DONE_SHIFT;
}
