// The tables of one virtual machine: its handles are indices here and mean nothing to another machine.
#pragma once
#include <cstdint>

#include "protocols/vrdma_backend.h"

namespace viosim::emulation {

struct BackendPd {
  bool live = true;
  std::uint32_t users = 0;
};

struct BackendRegion {
  std::uint32_t pd;
  Gva start;
  Bytes length;
  MrAccess access;
  MrKeys physical;

  /// [address, address + size) lies inside, without overflow.
  bool holds(std::uint64_t address, std::uint32_t size) const {
    const std::uint64_t at = address - start.raw();
    const auto room = static_cast<std::uint64_t>(length.raw());
    return address >= start.raw() && at <= room && size <= room - at;
  }
};

struct BackendCq {
  VrdmaCompletionQueueIf* ring;
  bool armed = false;
  bool overrun = false;  ///< completions were lost: nothing more is written
};

/// One direction of a QP.
struct BackendQueue {
  VrdmaWorkQueueIf* ring;
  std::uint32_t slot = 0;  ///< the next entry to take
  std::uint32_t cq = 0;
};

struct BackendQp {
  std::uint32_t pd;
  QpHandle physical;
  Qpn number;
  BackendQueue send, receive;
  bool error = false;  ///< work is flushed
};

}  // namespace viosim::emulation
