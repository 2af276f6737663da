/* Numbered objects of one kind, each a function's: who has it, in which hands it is, how many others use it. */
#ifndef HCA_OBJECTS_H
#define HCA_OBJECTS_H

#include <stdint.h>

enum object_state {
  OBJECT_FREE = 0,
  OBJECT_SOFTWARE, /* a function has its number; the hardware does not know it */
  OBJECT_HARDWARE
};

/* The head of each object. */
struct object {
  uint8_t state, owner;
  uint16_t link; /* of a free one: index of the next free one; else how many others use it */
};

/* Free numbers come back in the order in which they were freed, and new ones before them: what a function frees is
   not soon another's. */
struct pool {
  unsigned char *objects;
  uint16_t stride, capacity;
  uint16_t fresh;      /* first index that was never used */
  uint16_t first, last; /* of the freed ones */
  uint16_t free;       /* how many of them */
};

static inline struct object *pool_at(const struct pool *pool, uint32_t index) {
  return (struct object *)(void *)(pool->objects + index * pool->stride);
}
/* Null if none is left. */
struct object *pool_take(struct pool *pool, uint32_t owner);
void pool_give_back(struct pool *pool, struct object *object);
uint32_t pool_index(const struct pool *pool, const struct object *object);

#endif
