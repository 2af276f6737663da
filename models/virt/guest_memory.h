// The memory of a virtual machine: a guest-physical range, page by page on scattered frames of the host.
// Models: where each page is. Not modelled: ballooning, swapping, sharing, pages that appear later. Causes: none
// (walks are charged by the virtual processor).
#pragma once
#include <cstdint>

#include "protocols/mem.h"
#include "protocols/trap.h"

namespace viosim::virt {

class GuestMemory : public GuestMemoryIf {
 public:
  /// `size` bytes on `node`, mapped by pages of 4 KB, 2 MB or 1 GB; throws std::invalid_argument for another page
  /// size or a size that is no multiple of it and of 2 MB, std::length_error if the node is full.
  GuestMemory(MemoryIf& host, Bytes size, Bytes page, unsigned node);

  bool contains(Gpa address, Bytes length) const override {
    return length.raw() >= 0 && address.raw() <= size_ &&
           static_cast<std::uint64_t>(length.raw()) <= size_ - address.raw();
  }
  Hpa host_address(Gpa address) const override;
  /// Throws std::out_of_range unless the range is contained.
  void require(Gpa address, Bytes length) const;

  Bytes size() const { return Bytes(static_cast<std::int64_t>(size_)); }
  Bytes page() const { return page_; }
  /// Number of the page that holds `address`.
  std::uint64_t page_of(Gpa address) const { return address.raw() >> shift_; }
  /// Bytes from `address` to the end of its page.
  Bytes left_in_page(Gpa address) const { return page_ - address.offset_in(page_); }
  /// A fresh guest-physical range; throws std::length_error when the guest is full.
  Gpa allocate(Bytes size, Bytes alignment);

 private:
  std::uint64_t size_, pages_, stride_;
  Bytes page_;
  unsigned shift_;
  Hpa frames_;
  std::uint64_t used_;
};

}  // namespace viosim::virt
