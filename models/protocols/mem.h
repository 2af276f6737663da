// Host memory as its users see it: bytes (functional), time (charged to the op), and watches, by which
// polling software learns that a line has changed without executing every look.
#pragma once
#include <cstddef>
#include <span>

#include "kernel/address.h"
#include "kernel/event.h"
#include "kernel/ids.h"
#include "kernel/ledger.h"

namespace viosim {

/// Somebody polls [address, address + length). `hit` says that it was written since `rearm`; `op` is then the
/// account of that write (its first one), which the poller takes over if it had to wait for it.
struct Watch {
  Hpa address;
  Bytes length;
  bool hit = false;
  Time hit_at;
  Op op;
  Event changed;
  Watch* next = nullptr;  ///< owned by the memory's list
  bool placed = false;    ///< it stands there by Exec::watch
  void rearm() { hit = false; }
};

enum class MemAccess : std::uint8_t { load, store };

class MemoryIf {
 public:
  virtual ~MemoryIf() = default;

  // Bytes. An address outside populated memory reads as ones and drops writes: check `contains` first.
  virtual bool contains(Hpa address, Bytes length) const = 0;
  virtual void read(Hpa address, std::span<std::byte> into) const = 0;
  /// Writes and triggers watches; `op` (may be null) is the account of the work that wrote.
  virtual void write(Hpa address, std::span<const std::byte> from, const Op* op) = 0;
  /// A fresh zeroed range on `node` (a socket), aligned to `alignment` (a power of two).
  virtual Hpa allocate(Bytes size, Bytes alignment, unsigned node) = 0;

  // Time. Each charges `op` from `at` on and answers when the access is done; it moves no bytes.
  /// A device reads: caches are snooped, a miss goes to DRAM.
  virtual Time device_read(Op& op, Hpa address, Bytes length, Time at) = 0;
  /// A page walker reads: like a device, but the line stays in the last-level cache.
  virtual Time walker_read(Op& op, Hpa address, Bytes length, Time at) {
    return device_read(op, address, length, at);
  }
  /// A device writes: into the cache with DDIO, into DRAM (invalidating caches) without.
  virtual Time device_write(Op& op, Hpa address, Bytes length, Time at) = 0;
  /// Core number `core` of the host loads or stores; what its first-level caches hold costs nothing here.
  virtual Time core_access(Op& op, MemAccess kind, Hpa address, Bytes length, unsigned core, Time at) = 0;

  virtual void add_watch(Watch& w) = 0;
  virtual void remove_watch(Watch& w) = 0;
};

}  // namespace viosim
