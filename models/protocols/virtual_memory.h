// Memory as a process names it: by virtual addresses, through whatever translates them, and the services of its
// operating system. A workload sees the same natively and in a guest.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "protocols/exec.h"

namespace viosim {

/// Why an access did not take place (Intel SDM vol. 3, 4.7; no_memory: there is none at the physical address).
enum class PageFault : std::uint8_t {
  none, not_present, write_protected, not_user, reserved_bit, not_canonical, no_memory,
};

class VirtualMemoryIf {
 public:
  virtual ~VirtualMemoryIf() = default;
  /// What the process runs on; its op pays for what follows.
  virtual Exec& exec() = 0;

  /// A load or store of up to 8 bytes inside a page, else std::invalid_argument. Bytes move at once unless `fault`
  /// says why not; the operating system has then taken the fault, and the access was not made.
  virtual Hold load(Gva from, std::span<std::byte> into, PageFault& fault) = 0;
  virtual Hold store(Gva to, std::span<const std::byte> from, PageFault& fault) = 0;

  /// Fresh memory in pages of `page` bytes, mapped for reads and writes. Set-up: takes no time. Throws
  /// std::invalid_argument for another size than that of a page, std::length_error when memory is full.
  virtual Gva reserve(Bytes size, Bytes page) = 0;
  /// The operating system unmaps the page at `address`, invalidates it, and maps it again.
  virtual Hold remap(Gva address) = 0;
};

}  // namespace viosim
