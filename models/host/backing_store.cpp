#include "host/backing_store.h"

#include <sys/mman.h>

#include <bit>
#include <stdexcept>
#include <string>

namespace viosim::host {
namespace {

/// Not reserved: a host has more memory than the machine that simulates it, and uses little of it.
std::byte* map(std::uint64_t size) {
  void* const bytes = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (bytes == MAP_FAILED)
    throw std::length_error("node_memory: this machine has no address space for " + std::to_string(size) +
                            " bytes in all (see ulimit -v and vm.overcommit_memory, or give the nodes less)");
  return static_cast<std::byte*>(bytes);
}

}  // namespace

void BackingStore::Unmap::operator()(std::byte* bytes) const { munmap(bytes, size); }

BackingStore::BackingStore(unsigned nodes, Bytes node_size)
    : nodes_(nodes), node_size_(static_cast<std::uint64_t>(node_size.raw())), size_(node_size_ * nodes),
      bytes_(nullptr, Unmap{size_}), used_(nodes, 0) {
  if (node_size.raw() % 4096 != 0 || size_ == 0)
    throw std::invalid_argument("node_memory: expected a multiple of 4 KB");
  bytes_.reset(map(size_));
  written_.resize(size_ / kChunk + 1);
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
