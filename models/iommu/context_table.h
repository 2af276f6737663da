// Root and context tables (Intel VT-d specification, 9.1, 9.3): 256 root entries by bus, 256 context entries by
// device and function, 16 bytes each, real entries in host memory.
// Simplified: a nested context (NESTE, bit 10) holds the root of its first-level tables itself, in bits 127..88,
// where the specification has PASID directory and table in between.
#pragma once
#include <cstdint>

#include "iommu/memory_words.h"
#include "protocols/translation.h"

namespace viosim::iommu {

/// TT: what requests of the device may be. device_tlb: translation requests and translated requests too.
enum class ContextType : std::uint8_t { translated = 0, device_tlb = 1, pass_through = 2 };

struct Context {
  Hpa root;                ///< of the second-level tables
  std::uint16_t domain = 0;
  std::uint8_t levels = 0;
  ContextType type = ContextType::translated;
  bool nested = false;     ///< bus addresses go through first-level tables, whose addresses are guest-physical
  Gpa first_level;         ///< their root
};

class ContextTable {
 public:
  ContextTable(MemoryIf& memory, unsigned node) : memory_(memory), node_(node) {}

  /// Software's side. Nothing is allocated before the first device.
  void set(Bdf device, const Context& context);
  void clear(Bdf device);

  /// The walker's side: where the entries stand, and what they say. Without tables there is no root entry.
  bool exists() const { return root_ != Hpa{}; }
  Hpa root_entry(Bdf device) const { return root_ + Bytes(16 * (device.value >> 8)); }
  static Hpa context_entry(std::uint64_t root_entry, Bdf device) {
    return Hpa(root_entry & kTable) + Bytes(16 * (device.value & 0xFF));
  }
  static IommuFault check_root(std::uint64_t low, std::uint64_t high) {
    if ((low & kPresent) == 0) return IommuFault::root_not_present;
    return (low & 0xFFE) != 0 || high != 0 ? IommuFault::root_reserved : IommuFault::none;
  }
  /// `most_levels`: what the hardware walks.
  static IommuFault decode(std::uint64_t low, std::uint64_t high, unsigned most_levels, Context& into);
  /// What the entries say now, without time.
  IommuFault look(Bdf device, unsigned most_levels, Context& into) const;

 private:
  static constexpr std::uint64_t kPresent = 1, kNested = 1 << 10, kTable = ~std::uint64_t{0xFFF};
  MemoryIf& memory_;
  unsigned node_;
  Hpa root_{};
};

}  // namespace viosim::iommu
