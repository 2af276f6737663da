// The watches of a memory, found by page: a write that nobody watches costs one look into a table.
#pragma once
#include <array>

#include "protocols/mem.h"

namespace viosim::host {

class WatchList {
 public:
  void add(Watch& w) {
    Watch*& head = list_of(w);
    w.next = head;
    head = &w;
  }
  /// `w` has the address that it was added with.
  void remove(Watch& w) {
    for (Watch** p = &list_of(w); *p != nullptr; p = &(*p)->next) {
      if (*p != &w) continue;
      *p = w.next;
      w.next = nullptr;
      return;
    }
  }
  void move(Watch& w, Hpa to) {
    if (&list_at(to, w.length) == &list_of(w)) {
      w.address = to;
      return;
    }
    remove(w);
    w.address = to;
    add(w);
  }
  /// [address, address + length) was written by `op`, which may be null and may reach beyond now: then the
  /// bytes count as written where it ends.
  void written(Hpa address, Bytes length, const Op* op) {
    if (length == Bytes{}) return;
    if (wide_ != nullptr) hit(wide_, address, length, op);
    const std::uint64_t first = address.raw() / kPage, last = last_page(address, length);
    for (std::uint64_t page = first; page <= last; ++page)
      if (Watch* const list = lists_[page % kLists]; list != nullptr) hit(list, address, length, op);
  }

 private:
  static constexpr std::uint64_t kPage = 4096, kLists = 64;

  static std::uint64_t last_page(Hpa address, Bytes length) { return ((address + length).raw() - 1) / kPage; }
  Watch*& list_at(Hpa address, Bytes length) {
    const std::uint64_t first = address.raw() / kPage;
    return first == last_page(address, length) ? lists_[first % kLists] : wide_;
  }
  Watch*& list_of(const Watch& w) { return list_at(w.address, w.length); }
  static void hit(Watch* list, Hpa address, Bytes length, const Op* op);

  std::array<Watch*, kLists> lists_{};
  Watch* wide_ = nullptr;  // those that reach across a page
};

}  // namespace viosim::host
