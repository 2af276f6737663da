// A host memory with fixed latencies and no contention, for tests of what stands before it.
#pragma once
#include <algorithm>
#include <cstring>
#include <vector>

#include "kernel/station.h"
#include "protocols/mem.h"

namespace viosim::test {

class FixedMemory : public MemoryIf {
 public:
  FixedMemory(Bytes size, Duration to_read, Duration to_write)
      : read_time(to_read), write_time(to_write), station_("memory", 0),
        store_(static_cast<std::size_t>(size.raw())) {}

  bool contains(Hpa address, Bytes length) const override {
    return address.raw() < store_.size() && static_cast<std::uint64_t>(length.raw()) <= store_.size() - address.raw();
  }
  void read(Hpa address, std::span<std::byte> into) const override {
    if (contains(address, Bytes(static_cast<std::int64_t>(into.size()))))
      std::memcpy(into.data(), store_.data() + address.raw(), into.size());
    else std::fill(into.begin(), into.end(), std::byte{0xFF});
  }
  void write(Hpa address, std::span<const std::byte> from, const Op* op) override {
    if (!contains(address, Bytes(static_cast<std::int64_t>(from.size())))) return;
    std::memcpy(store_.data() + address.raw(), from.data(), from.size());
    writes.push_back({address, now()});
    if (op == nullptr) return;
    last_write = op->fork();
    for (Watch* w = watches_; w != nullptr; w = w->next) {
      if (w->hit || w->address.raw() >= address.raw() + from.size() ||
          address.raw() >= w->address.raw() + static_cast<std::uint64_t>(w->length.raw()))
        continue;
      w->hit = true;
      w->hit_at = now();
      w->op = op->fork();
      w->changed.notify();
    }
  }
  Hpa allocate(Bytes size, Bytes alignment, unsigned) override {
    const std::uint64_t mask = static_cast<std::uint64_t>(alignment.raw()) - 1;
    const Hpa at((next_ + mask) & ~mask);
    next_ = at.raw() + static_cast<std::uint64_t>(size.raw());
    if (next_ > store_.size()) throw std::bad_alloc();
    return at;
  }
  Time device_read(Op& op, Hpa address, Bytes, Time at) override {
    reads.push_back({address, at});
    return station_.delay(op, Cause::DramAccess, at, read_time);
  }
  Time device_write(Op& op, Hpa address, Bytes, Time at) override {
    const bool slow = slow_page != Hpa{} && address.align_down(Bytes(4096)) == slow_page;
    return station_.delay(op, Cause::DramAccess, at, slow ? write_time * 10 : write_time);
  }
  Time core_access(Op& op, MemAccess, Hpa, Bytes, unsigned, Time at) override {
    return station_.delay(op, Cause::DramAccess, at, read_time);
  }
  void add_watch(Watch& w) override { w.next = watches_; watches_ = &w; }
  void remove_watch(Watch& w) override {
    for (Watch** link = &watches_; *link != nullptr; link = &(*link)->next)
      if (*link == &w) { *link = w.next; return; }
  }

  struct Access { Hpa address; Time at; };
  Duration read_time, write_time;
  Hpa slow_page;  ///< writes to it take ten times as long
  std::vector<Access> writes, reads;
  Op last_write;

 private:
  Station station_;
  std::vector<std::byte> store_;
  std::uint64_t next_ = 0;
  Watch* watches_ = nullptr;
};

}  // namespace viosim::test
