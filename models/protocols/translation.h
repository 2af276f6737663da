// Translation of bus addresses by the IOMMU, asked for by the root complex.
#pragma once
#include <cstdint>

#include "kernel/address.h"
#include "kernel/event.h"
#include "kernel/ids.h"
#include "kernel/parcel.h"
#include "kernel/pool.h"
#include "kernel/task.h"
#include "protocols/tlp.h"
#include "protocols/trap.h"

namespace viosim {

/// VT-d fault reasons (Intel VT-d specification, appendix "Fault Reason Encodings").
enum class IommuFault : std::uint8_t {
  none = 0, root_not_present = 1, context_not_present = 2, context_invalid = 3, address_beyond_width = 4,
  write_permission = 5, read_permission = 6, table_access = 7, context_table_access = 9, root_reserved = 0xA, context_reserved = 0xB,
  entry_reserved = 0xC, request_blocked = 0xD,
  interrupt_reserved = 0x20, interrupt_index = 0x21, interrupt_not_present = 0x22, interrupt_table_access = 0x23,
  interrupt_entry_reserved = 0x24, compatibility_blocked = 0x25, interrupt_source = 0x26,
  first_level_access = 0x70, first_level_not_present = 0x71, first_level_reserved = 0x72,
};

/// One request; the asker owns it. [address, address + length) lies inside one 4 KB page.
struct Translation : Parcel, Pooled<Translation> {
  Bdf requester;
  Iova address;
  Bytes length;
  bool is_write = false;
  AddressType at = AddressType::untranslated;
  Hpa result;
  /// Answers to a translation request: what the page allows (nothing: there is no page), and its size.
  bool may_read = false, may_write = false;
  Bytes page;
  IommuFault fault = IommuFault::none;
  bool finished = false;
  std::uint8_t ticket = 0xff;  ///< given back by `retire` when the request has reached memory; 0xff: there is none
  Event done;
};

/// A recorded fault (VT-d fault recording register: FI, SID, FR, T). Of an interrupt: `address` is its index.
struct FaultRecord { Bdf source; Iova address; IommuFault reason; bool is_write; };

class IommuIf {
 public:
  virtual ~IommuIf() = default;
  /// Answers at once (t.finished) when the IOTLB holds the page; else t.done is notified later. Charges t.op.
  virtual void translate(Translation& t) = 0;
  /// A request that got `ticket` has reached memory, or was refused: an invalidation waits for it no longer.
  virtual void retire(std::uint8_t ticket) = 0;
  /// True: interrupt messages are handed to `interrupt`, which delivers them, posts them or records a fault.
  virtual bool remaps_interrupts() const = 0;
  virtual void interrupt(Bdf source, std::uint64_t address, std::uint32_t data, Op op) = 0;
};

/// An invalidation request on its way to a device's TLB and its completion back; the IOMMU owns it.
struct AtsInvalidation : Wakeable {
  Iova address;
  Bytes size;
  void (*completed)(AtsInvalidation*) = nullptr;
};

/// A device's TLB, as the IOMMU sees it.
class AtsFunctionIf {
 public:
  virtual ~AtsFunctionIf() = default;
  /// Forgets the range, and calls `request.completed` when nothing is under way that uses it.
  virtual void invalidate(AtsInvalidation& request) = 0;
};

/// How the hypervisor sets an IOMMU up: domains by requester id. No simulated time (set-up).
class IommuControlIf {
 public:
  virtual ~IommuControlIf() = default;
  /// Gives `device` a domain in which bus addresses are guest-physical ones of `memory`.
  virtual void assign(Bdf device, const GuestMemoryIf& memory, Bytes guest_size) = 0;
  /// Bus addresses of `device` are host-physical: no translation (pass-through entry).
  virtual void pass_through(Bdf device) = 0;
};

/// What a device may do with a buffer.
enum class DmaAccess : std::uint8_t { from_memory, to_memory, both };

class Exec;

/// How a driver makes a buffer known to its device, and unknown again.
class DmaMapIf {
 public:
  virtual ~DmaMapIf() = default;
  /// Answers the bus address of the first byte.
  virtual Task<Iova> map(Exec& on, Hpa buffer, Bytes length, DmaAccess access) = 0;
  /// `address` as `map` answered it. Throws std::invalid_argument if nothing is mapped there.
  virtual Task<> unmap(Exec& on, Iova address) = 0;
};

}  // namespace viosim
