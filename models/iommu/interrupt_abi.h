// Interrupt remapping as it stands in memory and in messages (Intel VT-d specification, 5.1, 9.10 to 9.12): entries
// of 16 bytes that software indexes by the message's address, and posted-interrupt descriptors of 64 bytes.
// Destinations are 32 bits wide (extended mode), numbers of cores.
#pragma once
#include <cstdint>

#include "kernel/address.h"
#include "kernel/ids.h"
#include "protocols/passthrough.h"

namespace viosim::iommu {

/// Who may use an entry (SVT): anybody, one requester (SQ: function bits that are not compared), a range of buses.
enum class SourceCheck : std::uint8_t { none = 0, requester = 1, buses = 2 };

struct InterruptEntry {
  std::uint64_t low = 0, high = 0;

  bool present() const { return (low & 1) != 0; }
  bool silent() const { return (low & 2) != 0; }  ///< FPD: its faults are not recorded
  bool posted() const { return (low >> 15 & 1) != 0; }
  unsigned vector() const { return static_cast<unsigned>(low >> 16 & 0xFF); }
  unsigned destination() const { return static_cast<unsigned>(low >> 32); }
  bool urgent() const { return (low >> 14 & 1) != 0; }
  Hpa descriptor() const { return Hpa((low >> 38 << 6) | (high >> 32 << 32)); }
  bool reserved() const {
    const std::uint64_t zero = posted() ? 0x3F'FF00'30FCull : 0xFF00'7000ull;
    return (low & zero) != 0 || (high >> 18 & 3) == 3 || (high >> 20 & 0xFFF) != 0 || (!posted() && high >> 32 != 0);
  }
  bool admits(Bdf source) const {
    constexpr std::uint16_t kCompared[] = {0xFFFF, 0xFFFB, 0xFFF9, 0xFFF8};
    const auto wanted = static_cast<std::uint16_t>(high);
    switch (static_cast<SourceCheck>(high >> 18 & 3)) {
      case SourceCheck::none: return true;
      case SourceCheck::requester: return ((wanted ^ source.value) & kCompared[high >> 16 & 3]) == 0;
      case SourceCheck::buses: return source.value >> 8 >= wanted >> 8 && source.value >> 8 <= (wanted & 0xFF);
    }
    return false;
  }
};

constexpr InterruptEntry remapped_entry(unsigned core, unsigned vector, Bdf source) {
  return {1u | std::uint64_t{vector} << 16 | std::uint64_t{core} << 32, std::uint64_t{source.value} | 1u << 18};
}
constexpr InterruptEntry posted_entry(Hpa descriptor, unsigned vector, Bdf source, bool urgent = false) {
  return {1u | 1u << 15 | (urgent ? 1u << 14 : 0u) | std::uint64_t{vector} << 16 |
              (descriptor.raw() >> 6 & 0x3FF'FFFF) << 38,
          std::uint64_t{source.value} | 1u << 18 | descriptor.raw() >> 32 << 32};
}

/// A posted-interrupt descriptor: 256 request bits, then ON (bit 0), SN (bit 1), the vector of the notification
/// (bits 23..16) and its core (bits 63..32).
inline constexpr Bytes kPostedSize{64}, kPostedControl{32};
inline constexpr std::uint64_t kOutstanding = 1, kSuppressed = 2;

/// The message of entry `index`: format bit 4, the index in bits 19..5 and 2.
constexpr MsiMessage remapped_message(std::uint16_t index) {
  return {kMsiWindow | 1u << 4 | (index & 0x7FFFull) << 5 | (index >> 15 & 1ull) << 2, 0};
}

}  // namespace viosim::iommu
