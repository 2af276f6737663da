// Interrupt remapping and posting of the IOMMU.
// Models: messages in remappable format (and compatibility format, if it is allowed), a table of entries in memory, a
// cache of them, verification of the source, posting into a descriptor with a notification when none is outstanding.
// Not modelled: order between a message that misses the cache and a later one that hits; lowest-priority delivery.
// Causes (site <iommu>.interrupts, delays), on the account of the message:
//   TlbLookup = lookup; ContextMiss = one read of 16 bytes of memory if the entry is not cached
//   posting: a device read and a device write of the descriptor's line, at memory's sites
#pragma once
#include <cstdint>
#include <string>

#include "iommu/fault_log.h"
#include "iommu/interrupt_abi.h"
#include "iommu/iommu_params.h"
#include "kernel/station.h"
#include "protocols/irq.h"
#include "protocols/mem.h"
#include "structures/assoc_store.h"

namespace viosim::iommu {

class InterruptRemapper {
 public:
  InterruptRemapper(const std::string& path, const IommuParams& params, MemoryIf& memory, FaultLog& faults,
                    std::optional<Stream> dice);
  InterruptRemapper(const InterruptRemapper&) = delete;
  InterruptRemapper& operator=(const InterruptRemapper&) = delete;

  /// `entries` (a power of two, 2 to 65536) of 16 bytes at `table`. `compatible`: messages in the old format pass.
  void enable(Hpa table, std::uint32_t entries, bool compatible, IrqRouterIf& cores);
  bool enabled() const { return cores_ != nullptr; }
  /// Software's side: writes an entry. Who has used the index before must invalidate it.
  void set(std::uint16_t index, const InterruptEntry& entry);
  void message(Bdf source, std::uint64_t address, std::uint32_t data, Op op);
  /// Drops cached entries [first, first + many).
  void forget(std::uint64_t first, std::uint64_t many);

 private:
  struct Message;
  void fetched(Message* m);
  void decide(Message* m);
  void post(Message* m);
  void posted(Message* m);
  void refuse(Message* m, IommuFault reason, bool silent = false);
  template <void (InterruptRemapper::*Step)(Message*)>
  void at(Time when, Message* m);

  Station station_;
  const std::string path_;
  const Duration lookup_;
  const bool can_post_;
  MemoryIf& memory_;
  FaultLog& faults_;
  AssocStore<InterruptEntry> cache_;
  Hpa table_;
  std::uint32_t entries_ = 0;
  bool compatible_ = false;
  std::uint64_t invalidations_ = 0;  ///< what was read before the last one is not kept
  IrqRouterIf* cores_ = nullptr;
  std::uint64_t &remapped_, &posted_, &notifications_, &refused_;
};

}  // namespace viosim::iommu
