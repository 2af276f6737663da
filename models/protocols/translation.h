// Translation of bus addresses by the IOMMU, asked for by the root complex.
#pragma once
#include <cstdint>

#include "kernel/address.h"
#include "kernel/event.h"
#include "kernel/ids.h"
#include "kernel/parcel.h"
#include "kernel/pool.h"
#include "protocols/trap.h"

namespace viosim {

/// VT-d fault reasons (Intel VT-d specification, appendix "Fault Reason Encodings").
enum class IommuFault : std::uint8_t {
  none = 0, context_not_present = 2, address_beyond_width = 4, write_permission = 5, read_permission = 6,
};

/// One request; the asker owns it. [address, address + length) lies inside one 4 KB page.
struct Translation : Parcel, Pooled<Translation> {
  Bdf requester;
  Iova address;
  Bytes length;
  bool is_write = false;
  Hpa result;
  IommuFault fault = IommuFault::none;
  bool finished = false;
  Event done;
};

/// A recorded fault (VT-d fault recording register: FI, SID, FR, T).
struct FaultRecord { Bdf source; Iova address; IommuFault reason; bool is_write; };

class IommuIf {
 public:
  virtual ~IommuIf() = default;
  /// Answers at once (t.finished) when the IOTLB holds the page; else t.done is notified later. Charges t.op.
  virtual void translate(Translation& t) = 0;
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

}  // namespace viosim
