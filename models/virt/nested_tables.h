// The extended page tables of a guest: where the host has its memory, in pages of the size that the memory has.
// Models: real entries, filled before the guest starts or at each violation. Not modelled: permissions other than
// all, memory types other than write-back. Causes: none: the memory management unit charges violations.
#pragma once
#include "virt/guest_memory.h"
#include "virt/page_table.h"

namespace viosim::virt {

class NestedTables {
 public:
  NestedTables(MemoryIf& host, const GuestMemory& guest, unsigned node)
      : guest_(guest), level_(level_of(guest.page())), tables_(host, HostTables{&host, node}) {}

  Hpa root() const { return tables_.root(); }
  void fill_all() {
    for (Bytes done; done < guest_.size(); done += guest_.page()) fill(Gpa{} + done);
  }
  /// Backs the page of `address`; false if the guest has no such memory.
  [[nodiscard]] bool back(Gpa address) {
    if (!guest_.contains(address, Bytes(1))) return false;
    fill(address.align_down(guest_.page()));
    return true;
  }

 private:
  void fill(Gpa page) {
    using Bits = EntryBits<Gpa>;
    tables_.map(page, guest_.host_address(page), level_, Bits::kAll | Bits::kWriteBack);
  }
  const GuestMemory& guest_;
  unsigned level_;
  PageTable<Gpa, HostTables> tables_;
};

}  // namespace viosim::virt
