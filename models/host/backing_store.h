// The bytes of a host's memory: populated sparsely, by chunks that appear at the first write.
#pragma once
#include <cstddef>
#include <cstdlib>
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
  /// Bytes outside read as ones, and the answer is false; those never written read as zero.
  bool read(Hpa address, std::span<std::byte> into) const {
    const std::byte* const from = place_of(address, into.size());
    if (from == nullptr) [[unlikely]] return read_parts(address, into);
    std::memcpy(into.data(), from, into.size());
    return true;
  }
  /// Bytes outside are dropped, all of them, and the answer is false.
  bool write(Hpa address, std::span<const std::byte> from) {
    std::byte* const into = place_of(address, from.size());
    if (into == nullptr) [[unlikely]] return write_parts(address, from);
    std::memcpy(into, from.data(), from.size());
    return true;
  }
  /// A fresh range of `node`; throws std::length_error when it is full, std::invalid_argument for bad arguments.
  Hpa allocate(Bytes size, Bytes alignment, unsigned node);

 private:
  // The operating system gives the pages of a chunk only when they are touched.
  static constexpr std::size_t kChunk = std::size_t{2} << 20;
  struct Free { void operator()(std::byte* p) const { std::free(p); } };

  /// Where `n` bytes stand together in a full chunk that exists: nearly always so. Null: they do not, or are none.
  std::byte* place_of(Hpa address, std::size_t n) const {
    const std::uint64_t at = address.raw() - kBase, offset = at % kChunk;
    if (at / kChunk >= full_chunks_ || n - 1 >= kChunk - offset) [[unlikely]] return nullptr;
    std::byte* const chunk = chunks_[at / kChunk].get();
    return chunk == nullptr ? nullptr : chunk + offset;
  }
  bool read_parts(Hpa address, std::span<std::byte> into) const;
  bool write_parts(Hpa address, std::span<const std::byte> from);

  unsigned nodes_;
  std::uint64_t node_size_, size_, full_chunks_;
  std::vector<std::unique_ptr<std::byte[], Free>> chunks_;
  std::vector<std::uint64_t> used_;  // by node, from its start
};

}  // namespace viosim::host
