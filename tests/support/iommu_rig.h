// An IOMMU before a simple memory, and a guest whose pages lie reversed in it.
#pragma once
#include <stdexcept>

#include "iommu/iommu.h"
#include "support/fixed_memory.h"
#include "support/literal_params.h"

namespace viosim::test {
// A namespace of its own: rigs of different rooms may use the same names.
inline namespace iommu_rig {

/// Pages of 4 KB from `base` on, the last one first; or as they are, if `contiguous`.
class SmallGuest : public GuestMemoryIf {
 public:
  SmallGuest(Hpa base, Bytes size, bool contiguous) : base_(base), size_(size), contiguous_(contiguous) {}
  bool contains(Gpa address, Bytes length) const override {
    return address.raw() < static_cast<std::uint64_t>(size_.raw()) &&
           static_cast<std::uint64_t>(length.raw()) <= static_cast<std::uint64_t>(size_.raw()) - address.raw();
  }
  Hpa host_address(Gpa address) const override {
    if (!contains(address, Bytes(1))) throw std::out_of_range("outside the guest");
    const Bytes page(4096), offset = address.offset_in(page), start = address.align_down(page) - Gpa{};
    return base_ + (contiguous_ ? start : size_ - page - start) + offset;
  }

 private:
  Hpa base_;
  Bytes size_;
  bool contiguous_;
};

/// One read of memory 100 ns; 10 ns of walk besides; 4 levels.
inline LiteralParams iommu_literals() {
  return {{"iotlb_entries", "8"}, {"iotlb_ways", "2"}, {"lookup", "0 ns"}, {"walkers", "2"},
          {"walk_overhead", "10 ns"}, {"levels", "4"}, {"structure_cache_entries", "0"}, {"largest_page", "1 GB"},
          {"replacement", "lru"}, {"context_cache_entries", "4"},
          {"descriptor_time", "20 ns"}, {"device_round_trip", "300 ns"}, {"device_timeout", "10 us"},
          {"interrupt_cache_entries", "2"}, {"posted_interrupts", "true"},
          {"strict", "true"}, {"fault_records", "2"}, {"node", "0"}, {"core_clock", "500 MHz"}};
}

constexpr Bdf kAssigned{0x0300}, kNeighbour{0x0301}, kStranger{0x0400};
constexpr Bytes kGuestSize{4 << 20};
constexpr Hpa kGuestBase{4 << 20};

struct IommuRig {
  explicit IommuRig(LiteralParams values = iommu_literals(), bool contiguous = false)
      : memory(Bytes(12 << 20), nanoseconds(100), nanoseconds(40)), guest(kGuestBase, kGuestSize, contiguous),
        params(values), iommu("iommu", params, memory) {
    iommu.assign(kAssigned, guest, kGuestSize);
  }
  static void prepare(Translation& t, Bdf requester, std::uint64_t address, bool is_write) {
    t.requester = requester;
    t.address = Iova(address);
    t.length = Bytes(64);
    t.is_write = is_write;
    t.finished = false;
    t.op = Op::open(now());
  }
  /// Lets the IOMMU read the context of kAssigned, by a page that no test uses; answers the time after it.
  Time know_context() {
    Translation t;
    ask(t, kAssigned, static_cast<std::uint64_t>(kGuestSize.raw()) - 0x1000);
    return now();
  }
  /// Asks now and runs until it is answered; uses the answer at once.
  void ask(Translation& t, Bdf requester, std::uint64_t address, bool is_write = false) {
    prepare(t, requester, address, is_write);
    iommu.translate(t);
    if (!t.finished) scheduler().run_until(now() + microseconds(10));
    if (t.finished && t.ticket != Epochs::kNoTicket) iommu.retire(t.ticket);
  }

  FixedMemory memory;
  SmallGuest guest;
  iommu::IommuParams params;
  iommu::Iommu iommu;
};

}  // namespace iommu_rig
}  // namespace viosim::test
