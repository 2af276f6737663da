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
    const bool same_pages = first_page(to) == first_page(w.address) &&
                            last_page(to, w.length) == last_page(w.address, w.length);
    if (!same_pages) remove(w);
    w.address = to;
    if (!same_pages) add(w);
  }
  /// [address, address + length) was written by `op`, which may be null and may reach beyond now: then the
  /// bytes count as written where it ends.
  void written(Hpa address, Bytes length, const Op* op) {
    if (length == Bytes{}) return;
    if (wide_ != nullptr) hit(wide_, address, length, op);
    const std::uint64_t first = first_page(address), last = last_page(address, length);
    for (std::uint64_t page = first; page <= last; ++page)
      if (Watch* const list = lists_[page % kLists]; list != nullptr) hit(list, address, length, op);
  }

 private:
  static constexpr std::uint64_t kPage = 4096, kLists = 64;

  static std::uint64_t first_page(Hpa address) { return address.raw() / kPage; }
  static std::uint64_t last_page(Hpa address, Bytes length) { return ((address + length).raw() - 1) / kPage; }
  Watch*& list_of(const Watch& w) {
    const std::uint64_t first = first_page(w.address);
    return first == last_page(w.address, w.length) ? lists_[first % kLists] : wide_;
  }
  static void hit(Watch* list, Hpa address, Bytes length, const Op* op);

  std::array<Watch*, kLists> lists_{};
  Watch* wide_ = nullptr;  // those that reach across a page
};

}  // namespace viosim::host
