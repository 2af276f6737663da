// DMA as a device's engines ask for it, before the endpoint cuts it into TLPs (MPS, MRRS, 4 KB) and finds tags.
#pragma once
#include "kernel/address.h"
#include "kernel/event.h"
#include "kernel/ids.h"
#include "kernel/parcel.h"
#include "protocols/buffer.h"
#include "protocols/tlp.h"

namespace viosim {

/// One read or write of any length. The engine owns it; `op` is lent to the endpoint until it is finished.
/// read: finished when the last completion is here; `data` then holds the bytes, `op` the account of the
///       completion that came last; `status` says what the root complex answered (data is zero unless successful).
/// write: finished when its last TLP has been handed to the link; `op` went on with that TLP to memory, and
///       `op` here is a fork of it. Writes of one device stay in order.
struct DmaRequest : Parcel, Pooled<DmaRequest> {
  bool is_read = true;
  Bdf requester;
  Iova address;
  Bytes length;
  Buffer data;
  AddressType at = AddressType::untranslated;  ///< of `address`
  CplStatus status = CplStatus::successful;
  bool finished = false;
  bool relaxed_ordering = false;  ///< its writes, or a read's answers, may pass writes
  bool poisoned = false;          ///< write: the engine knows that the data is bad
  Event done;  ///< notified when finished
};

/// The endpoint's side that engines call. `submit` never blocks: requests queue inside.
class DmaIf {
 public:
  virtual ~DmaIf() = default;
  virtual void submit(DmaRequest& request) = 0;
  /// A write that nothing holds up, and that is finished therefore as soon as it is asked for: takes `data` and a fork
  /// of `op`, and needs no request. False: it is none, nothing was done.
  virtual bool write_at_once(Bdf requester, Iova address, Buffer& data, const Op& op) {
    static_cast<void>(requester), static_cast<void>(address), static_cast<void>(data), static_cast<void>(op);
    return false;
  }
};

/// A device's registers: what arrives from the host for one of its functions.
class FunctionIf {
 public:
  virtual ~FunctionIf() = default;
  /// A posted write reached BAR `bar` of function `target` at `offset` (tlp.address). Owns the TLP.
  virtual void bar_write(Tlp* tlp) = 0;
  /// A read: functional value; the endpoint charges and returns the completion. Unknown offsets read as ones. `op`:
  /// the read's account, up to now; who answers with the end of work that the reader waits for puts that work's there.
  virtual std::uint64_t bar_read(Bdf target, std::uint8_t bar, std::uint64_t offset, Bytes size, Op& op) = 0;
};

}  // namespace viosim
