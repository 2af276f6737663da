#include "host/watch_list.h"

#include "kernel/ready.h"
#include "kernel/scheduler.h"

namespace viosim::host {

void WatchList::hit(Watch* list, Hpa address, Bytes length, const Op* op) {
  for (; list != nullptr; list = list->next) {
    if (list->hit || address >= list->address + list->length || list->address >= address + length) continue;
    list->hit = true;
    list->hit_at = op != nullptr && op->traced() ? latest({now()}, {op->last()}).at : now();
    list->op = op != nullptr ? op->fork() : Op{};
    list->changed.notify();
  }
}

}  // namespace viosim::host
