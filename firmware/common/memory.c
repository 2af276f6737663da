/* What gcc may call in a program without a C library. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memset(void *to, int value, size_t bytes);

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
  unsigned char *t = to;
  const unsigned char *f = from;
  if ((((uintptr_t)t | (uintptr_t)f) & 3u) == 0)
    for (; bytes >= 4; bytes -= 4, t += 4, f += 4) *(uint32_t *)(void *)t = *(const uint32_t *)(const void *)f;
  while (bytes-- > 0) *t++ = *f++;
  return to;
}

void *memset(void *to, int value, size_t bytes) {
  unsigned char *t = to;
  const uint32_t byte = (unsigned char)value;
  if (((uintptr_t)t & 3u) == 0)
    for (; bytes >= 4; bytes -= 4, t += 4) *(uint32_t *)(void *)t = byte * 0x01010101u;
  while (bytes-- > 0) *t++ = (unsigned char)byte;
  return to;
}
