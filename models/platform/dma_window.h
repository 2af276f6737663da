// A range of host memory that a driver has allocated and mapped for a device, and where the device sees it.
#pragma once
#include "protocols/mem.h"
#include "protocols/trap.h"

namespace viosim::platform {

/// As an I/O address space of its own: bus address i is byte i of the window.
class DmaWindow : public GuestMemoryIf {
 public:
  /// Whole chunks for at least `size` bytes, contiguous and aligned as superpages need it. Throws std::length_error when
  /// the node is full.
  DmaWindow(MemoryIf& memory, Bytes size, unsigned node)
      : size_(kChunk * ((size + kChunk - Bytes(1)) / kChunk)), at_(memory.allocate(size, Bytes(std::int64_t{1} << 30), node)) {}

  /// The driver of pcie-bench allocates and maps by 4 MB (PCIEBENCH_CHUNK_SZ).
  static constexpr Bytes kChunk{4 << 20};

  Bytes size() const { return size_; }
  Hpa at() const { return at_; }
  bool contains(Gpa address, Bytes length) const override {
    return length.raw() >= 0 && length <= size_ && address.raw() <= static_cast<std::uint64_t>((size_ - length).raw());
  }
  Hpa host_address(Gpa address) const override { return Hpa(at_.raw() + address.raw()); }

 private:
  Bytes size_;
  Hpa at_;
};

}  // namespace viosim::platform
