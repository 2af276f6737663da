// Parcel: base of what travels between blocks (TLP, packet, request). It carries the account of the work it
// does, stands in queues without allocation, and is its own timer while it is under way.
#pragma once
#include "kernel/ledger.h"
#include "kernel/wake_queue.h"

namespace viosim {

struct Parcel : Wakeable {
  Op op;
  Parcel* next = nullptr;     ///< in a queue
  Time queued_at;             ///< when it joined that queue
  void* destination = nullptr;  ///< while under way: whose `fire` it is
};

}  // namespace viosim
