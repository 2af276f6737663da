// Descriptors of the invalidation queue as they stand in memory (Intel VT-d specification, 6.5.2): 16 bytes each.
#pragma once
#include <cstdint>
#include <optional>

#include "kernel/address.h"
#include "kernel/ids.h"

namespace viosim::iommu {

inline constexpr Bytes kDescriptorSize{16};

struct Descriptor {
  std::uint64_t low = 0, high = 0;
};

enum class DescriptorType : std::uint8_t { context = 1, iotlb = 2, device_tlb = 3, interrupt_entry = 4, wait = 5 };
enum class Granularity : std::uint8_t { global = 1, domain = 2, selective = 3 };  ///< selective: a page, a device

constexpr unsigned type_of(const Descriptor& d) {
  return static_cast<unsigned>((d.low & 0xF) | (d.low >> 5 & 0x70));
}
constexpr Granularity granularity_of(const Descriptor& d) { return static_cast<Granularity>(d.low >> 4 & 3); }
constexpr std::uint16_t domain_of(const Descriptor& d) { return static_cast<std::uint16_t>(d.low >> 16); }
constexpr Bdf source_of(const Descriptor& d) { return Bdf{static_cast<std::uint16_t>(d.low >> 32)}; }

// Reserved bits, by type.
inline constexpr Descriptor kContextReserved{0xFFFC'0000'0000'F1C0, ~std::uint64_t{0}};
inline constexpr Descriptor kIotlbReserved{0xFFFF'FFFF'0000'F100, 0xF80};
inline constexpr Descriptor kDeviceTlbReserved{0x000F'0000'FFE0'01F0, 0xFFE};
inline constexpr Descriptor kInterruptEntryReserved{0xFFFF'0000'07FF'F1E0, ~std::uint64_t{0}};
inline constexpr Descriptor kWaitReserved{0xFFFF'F180, 0x3};
inline constexpr unsigned kMostMask = 18;  ///< MAMV: 2^18 pages, 1 GB

// How software builds them.
constexpr std::uint64_t head_of(DescriptorType t, Granularity g) {
  return static_cast<std::uint64_t>(t) | static_cast<std::uint64_t>(g) << 4;
}
constexpr Descriptor invalidate_contexts(Granularity g, std::uint16_t domain = 0, Bdf device = {}) {
  return {head_of(DescriptorType::context, g) | std::uint64_t{domain} << 16 | std::uint64_t{device.value} << 32, 0};
}
constexpr Descriptor invalidate_iotlb(Granularity g, std::uint16_t domain = 0, Iova address = {}, unsigned mask = 0) {
  return {head_of(DescriptorType::iotlb, g) | std::uint64_t{domain} << 16,
          address.align_down(Bytes(4096)).raw() | mask};
}
/// 2^order pages of 4 KB around `address`: with S, the zero bit that is lowest from bit 12 on tells the size.
constexpr Descriptor invalidate_device_tlb(Bdf device, Iova address, unsigned order = 0) {
  const std::uint64_t ones = order == 0 ? 0 : ((std::uint64_t{1} << (order - 1)) - 1) << 12;
  const std::uint64_t base = address.align_down(Bytes(std::int64_t{4096} << order)).raw();
  return {static_cast<std::uint64_t>(DescriptorType::device_tlb) | std::uint64_t{device.value} << 32,
          base | ones | (order == 0 ? 0u : 1u)};
}
/// All entries, or 2^mask from `index` on.
constexpr Descriptor invalidate_interrupt_entries(std::optional<std::uint16_t> index = {}, unsigned mask = 0) {
  return {static_cast<std::uint64_t>(DescriptorType::interrupt_entry) |
              (index ? std::uint64_t{1} << 4 | std::uint64_t{mask} << 27 | std::uint64_t{*index} << 32 : 0),
          0};
}
/// Writes `status` to `at` when all before it has been done.
constexpr Descriptor wait_descriptor(Hpa at, std::uint32_t status) {
  return {static_cast<std::uint64_t>(DescriptorType::wait) | 1u << 5 | std::uint64_t{status} << 32, at.raw()};
}

}  // namespace viosim::iommu
