#include "host/backing_store.h"

#include <bit>
#include <new>
#include <stdexcept>
#include <string>

namespace viosim::host {

BackingStore::BackingStore(unsigned nodes, Bytes node_size)
    : nodes_(nodes), node_size_(static_cast<std::uint64_t>(node_size.raw())), size_(node_size_ * nodes),
      full_chunks_(size_ / kChunk), chunks_((size_ + kChunk - 1) / kChunk), used_(nodes, 0) {
  if (node_size.raw() % 4096 != 0 || size_ == 0)
    throw std::invalid_argument("node_memory: expected a multiple of 4 KB");
}

bool BackingStore::read_parts(Hpa address, std::span<std::byte> into) const {
  if (!contains(address, Bytes(static_cast<std::int64_t>(into.size())))) {
    std::memset(into.data(), 0xff, into.size());
    return false;
  }
  std::uint64_t at = address.raw() - kBase;
  while (!into.empty()) {
    const std::size_t offset = at % kChunk;
    const std::size_t n = into.size() < kChunk - offset ? into.size() : kChunk - offset;
    const std::byte* chunk = chunks_[at / kChunk].get();
    if (chunk == nullptr) std::memset(into.data(), 0, n);
    else std::memcpy(into.data(), chunk + offset, n);
    into = into.subspan(n);
    at += n;
  }
  return true;
}

bool BackingStore::write_parts(Hpa address, std::span<const std::byte> from) {
  if (!contains(address, Bytes(static_cast<std::int64_t>(from.size())))) return false;
  std::uint64_t at = address.raw() - kBase;
  while (!from.empty()) {
    const std::size_t offset = at % kChunk;
    const std::size_t n = from.size() < kChunk - offset ? from.size() : kChunk - offset;
    auto& chunk = chunks_[at / kChunk];
    if (chunk == nullptr) {
      chunk.reset(static_cast<std::byte*>(std::calloc(1, kChunk)));
      if (chunk == nullptr) throw std::bad_alloc();
    }
    std::memcpy(chunk.get() + offset, from.data(), n);
    from = from.subspan(n);
    at += n;
  }
  return true;
}

Hpa BackingStore::allocate(Bytes size, Bytes alignment, unsigned node) {
  const auto align = static_cast<std::uint64_t>(alignment.raw());
  if (node >= nodes_) throw std::invalid_argument("allocate: no node " + std::to_string(node));
  if (size.raw() < 0 || alignment.raw() <= 0 || !std::has_single_bit(align))
    throw std::invalid_argument("allocate: expected a size and an alignment that is a power of two");
  const std::uint64_t start = kBase + node * node_size_;
  const std::uint64_t at = ((start + used_[node] + align - 1) & ~(align - 1)) - start;
  if (at > node_size_ || static_cast<std::uint64_t>(size.raw()) > node_size_ - at)
    throw std::length_error("allocate: node " + std::to_string(node) + " has no " + std::to_string(size.raw()) +
                            " bytes left (node_memory is " + std::to_string(node_size_) + ")");
  used_[node] = at + static_cast<std::uint64_t>(size.raw());
  return Hpa(start + at);
}

}  // namespace viosim::host
