#include "objects.h"

struct object *pool_take(struct pool *pool, uint32_t owner) {
  struct object *object;
  if (pool->fresh < pool->capacity) {
    object = pool_at(pool, pool->fresh++);
  } else if (pool->free > 0) {
    object = pool_at(pool, pool->first);
    pool->first = object->link;
    pool->free--;
  } else {
    return 0;
  }
  object->state = OBJECT_SOFTWARE;
  object->owner = (uint8_t)owner;
  object->link = 0;
  return object;
}

uint32_t pool_index(const struct pool *pool, const struct object *object) {
  return (uint32_t)((const unsigned char *)object - pool->objects) / pool->stride;
}

void pool_give_back(struct pool *pool, struct object *object) {
  const uint16_t index = (uint16_t)pool_index(pool, object);
  object->state = OBJECT_FREE;
  if (pool->free == 0) pool->first = index;
  else pool_at(pool, pool->last)->link = index;
  pool->last = index;
  pool->free++;
}
