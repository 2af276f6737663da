#include "virt/guest_memory.h"

#include <bit>
#include <numeric>
#include <stdexcept>
#include <string>

namespace viosim::virt {
namespace {

constexpr std::int64_t kSmallPage = 4096, kLargePage = std::int64_t{2} << 20, kHugePage = std::int64_t{1} << 30;
constexpr std::uint64_t kFirstFree = std::uint64_t{1} << 20;  // below: what a guest's firmware keeps

}  // namespace

GuestMemory::GuestMemory(MemoryIf& host, Bytes size, Bytes page, unsigned node)
    : size_(static_cast<std::uint64_t>(size.raw())), page_(page), used_(kFirstFree) {
  if (page.raw() != kSmallPage && page.raw() != kLargePage && page.raw() != kHugePage)
    throw std::invalid_argument("guest memory: expected pages of 4 KB, 2 MB or 1 GB, not " +
                                std::to_string(page.raw()));
  if (size.raw() <= 0 || size.raw() % kLargePage != 0 || size % page != Bytes{})
    throw std::invalid_argument("guest memory: expected a multiple of 2 MB and of its pages, not " +
                                std::to_string(size.raw()));
  shift_ = static_cast<unsigned>(std::countr_zero(static_cast<std::uint64_t>(page.raw())));
  pages_ = size_ >> shift_;
  // Page i stands on frame (i x stride + 1) mod pages: neighbours are far apart, and no two pages share a frame.
  stride_ = pages_ * 5 / 8 | 1;
  while (std::gcd(stride_, pages_) != 1) stride_ += 2;
  frames_ = host.allocate(size, page, node);
}

void GuestMemory::require(Gpa address, Bytes length) const {
  if (!contains(address, length))
    throw std::out_of_range("guest memory: no " + std::to_string(length.raw()) + " bytes at " +
                            std::to_string(address.raw()));
}

Hpa GuestMemory::host_address(Gpa address) const {
  require(address, Bytes(1));
  const std::uint64_t frame = (page_of(address) % pages_ * stride_ + 1) % pages_;
  return Hpa(frames_.raw() + (frame << shift_)) + address.offset_in(page_);
}

Gpa GuestMemory::allocate(Bytes size, Bytes alignment) {
  const auto align = static_cast<std::uint64_t>(alignment.raw());
  if (size.raw() < 0 || alignment.raw() <= 0 || !std::has_single_bit(align))
    throw std::invalid_argument("allocate: expected a size and an alignment that is a power of two");
  const std::uint64_t at = (used_ + align - 1) & ~(align - 1);
  if (at < used_ || !contains(Gpa(at), size))
    throw std::length_error("guest memory: no " + std::to_string(size.raw()) + " bytes left");
  used_ = at + static_cast<std::uint64_t>(size.raw());
  return Gpa(at);
}

}  // namespace viosim::virt
