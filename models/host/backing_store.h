// The bytes of a host's memory: populated sparsely, by chunks that appear at the first write.
#pragma once
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "kernel/address.h"

namespace viosim::host {

class BackingStore {
 public:
  /// Memory begins above 4 GB: below lies what devices decode. Nodes follow each other without holes.
  static constexpr std::uint64_t kBase = std::uint64_t{1} << 32;

  /// Throws std::invalid_argument if `node_size` is no multiple of 4 KB.
  BackingStore(unsigned nodes, Bytes node_size);

  bool contains(Hpa address, Bytes length) const {
    const std::uint64_t at = address.raw() - kBase;  // below the base: wraps to something huge
    return length.raw() >= 0 && at <= size_ && static_cast<std::uint64_t>(length.raw()) <= size_ - at;
  }
  /// The node of an address that is contained.
  unsigned node_of(Hpa address) const {
    std::uint64_t at = address.raw() - kBase;
    unsigned node = 0;
    for (; at >= node_size_ && node + 1 < nodes_; at -= node_size_) ++node;
    return node;
  }
  /// Bytes outside read as ones; those never written as zero.
  void read(Hpa address, std::span<std::byte> into) const;
  /// Bytes outside are dropped, all of them.
  void write(Hpa address, std::span<const std::byte> from);
  /// A fresh range of `node`; throws std::length_error when it is full, std::invalid_argument for bad arguments.
  Hpa allocate(Bytes size, Bytes alignment, unsigned node);

 private:
  // The operating system gives the pages of a chunk only when they are touched.
  static constexpr std::size_t kChunk = std::size_t{2} << 20;
  struct Free { void operator()(std::byte* p) const { std::free(p); } };

  unsigned nodes_;
  std::uint64_t node_size_, size_;
  std::vector<std::unique_ptr<std::byte[], Free>> chunks_;
  std::vector<std::uint64_t> used_;  // by node, from its start
};

}  // namespace viosim::host
