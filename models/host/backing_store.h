// The bytes of a host's memory: address space for all of them, of which the operating system gives a page when it is
// first written. What was never written is not read there either: it would give a page of zeros for each.
#pragma once
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "kernel/address.h"

namespace viosim::host {

class BackingStore {
 public:
  /// Memory begins above 4 GB: below lies what devices decode. Nodes follow each other without holes.
  static constexpr std::uint64_t kBase = std::uint64_t{1} << 32;

  /// Throws std::invalid_argument if `node_size` is no multiple of 4 KB, std::length_error if there is no address
  /// space for so much.
  BackingStore(unsigned nodes, Bytes node_size);

  bool contains(Hpa address, Bytes length) const {
    return length.raw() >= 0 && holds(address, static_cast<std::uint64_t>(length.raw()));
  }
  /// The node of an address that is contained.
  unsigned node_of(Hpa address) const {
    std::uint64_t at = address.raw() - kBase;
    unsigned node = 0;
    for (; at >= node_size_ && node + 1 < nodes_; at -= node_size_) ++node;
    return node;
  }
  /// Bytes outside read as ones, all of them, and the answer is false; those never written read as zero.
  bool read(Hpa address, std::span<std::byte> into) const {
    const bool there = holds(address, into.size());
    if (there && is_written(address, into.size())) [[likely]] std::memcpy(into.data(), place_of(address), into.size());
    else std::memset(into.data(), there ? 0 : 0xff, into.size());
    return there;
  }
  /// Bytes outside are dropped, all of them, and the answer is false.
  bool write(Hpa address, std::span<const std::byte> from) {
    const bool there = holds(address, from.size());
    if (there) [[likely]] {
      const std::uint64_t end = chunk_of(address, from.size());
      for (std::uint64_t chunk = chunk_of(address); chunk <= end; ++chunk) written_[chunk] = true;
      std::memcpy(place_of(address), from.data(), from.size());
    }
    return there;
  }
  /// A fresh range of `node`; throws std::length_error when it is full, std::invalid_argument for bad arguments.
  Hpa allocate(Bytes size, Bytes alignment, unsigned node);

 private:
  struct Unmap {
    std::uint64_t size;
    void operator()(std::byte* bytes) const;
  };
  bool holds(Hpa address, std::uint64_t n) const {
    const std::uint64_t at = address.raw() - kBase;  // below the base: wraps to something huge
    return at <= size_ && n <= size_ - at;
  }
  static constexpr std::uint64_t kChunk = std::uint64_t{2} << 20;
  /// The chunk of the first byte, or of the end of `n` bytes.
  static std::uint64_t chunk_of(Hpa address, std::uint64_t n = 0) { return (address.raw() - kBase + n) / kChunk; }
  /// False: nobody has written there. What lies in two chunks is taken for written.
  bool is_written(Hpa address, std::uint64_t n) const {
    return written_[chunk_of(address)] != 0 || chunk_of(address, n) != chunk_of(address);
  }
  std::byte* place_of(Hpa address) const { return bytes_.get() + (address.raw() - kBase); }

  unsigned nodes_;
  std::uint64_t node_size_, size_;
  std::unique_ptr<std::byte[], Unmap> bytes_;
  std::vector<std::uint8_t> written_;  // by chunk; one more, where the end lies
  std::vector<std::uint64_t> used_;  // by node, from its start
};

}  // namespace viosim::host
