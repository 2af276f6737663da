// The four address spaces of a virtualised host. They do not convert into each other: only page tables
// (guest, extended, IOMMU) turn one into another.
#pragma once
#include <compare>
#include <cstdint>

#include "kernel/quantity.h"

namespace viosim {

template <class Space>
class Address {
 public:
  constexpr Address() = default;
  constexpr explicit Address(std::uint64_t raw) : raw_(raw) {}
  constexpr std::uint64_t raw() const { return raw_; }
  constexpr auto operator<=>(const Address&) const = default;
  constexpr Address operator+(Bytes n) const { return Address(raw_ + static_cast<std::uint64_t>(n.raw())); }
  constexpr Bytes operator-(Address o) const { return Bytes(static_cast<std::int64_t>(raw_ - o.raw_)); }
  /// Distance from the start of the naturally aligned block of `size` (a power of two) that holds it.
  constexpr Bytes offset_in(Bytes size) const {
    return Bytes(static_cast<std::int64_t>(raw_ & (static_cast<std::uint64_t>(size.raw()) - 1)));
  }
  constexpr Address align_down(Bytes size) const {
    return Address(raw_ & ~(static_cast<std::uint64_t>(size.raw()) - 1));
  }

 private:
  std::uint64_t raw_ = 0;
};

using Gva = Address<struct GuestVirtual>;   ///< what software in a guest (or a native process) sees
using Gpa = Address<struct GuestPhysical>;  ///< what a guest kernel believes to be memory
using Iova = Address<struct IoVirtual>;     ///< what a device puts on the bus
using Hpa = Address<struct HostPhysical>;   ///< where the byte is

}  // namespace viosim
