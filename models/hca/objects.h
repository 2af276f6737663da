// The objects of an HCA but queue pairs: functions, memory regions, completion and event queues.
#pragma once
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "hca/dma_port.h"
#include "hca/psn.h"
#include "kernel/ledger.h"
#include "kernel/pool.h"
#include "protocols/hca_abi.h"
#include "protocols/hca_commands.h"

namespace viosim::hca {

struct Function {
  Bdf bdf;
  Bytes blueflame;
};

struct MemoryRegion {
  std::uint32_t key = 0;        ///< index in the upper 24 bits, generation in the lower 8
  bool valid = false;
  unsigned function = 0;
  Pdn pd;
  Gva start;
  Bytes length;
  MrAccess access;
  std::vector<Iova> pages;
  std::uint64_t first_mtt = 0;  ///< number of its first translation entry in the ICM
};

/// A completion on its way into its queue.
struct Cqe : Pooled<Cqe> {
  Op op;  ///< while it stands in line
  Qpn qp;
  bool is_send = true;
  std::uint8_t opcode = 0;
  hca_abi::Syndrome syndrome = hca_abi::Syndrome::none;
  std::uint32_t byte_count = 0;
  std::uint16_t wqe_index = 0;
  Cqe* next = nullptr;
};

class Completion;

struct CompletionQueue : Wakeable {  // woken to be checked
  Cqn number;
  unsigned function = 0;
  CqConfig config;
  std::uint32_t producer = 0;   ///< entries written so far
  std::uint32_t consumer = 0;   ///< what the device knows of it, 24 bits
  bool armed = false, failed = false, checking = false;
  bool removed = false;         ///< destroyed; stays while something may look at it
  Completion* completion = nullptr;  ///< who checks the record
  std::unique_ptr<DmaJob> record;    ///< the read of it that is under way
  Cqe* first = nullptr;         ///< those that wait for that
  Cqe* last = nullptr;

  ~CompletionQueue() {
    while (first != nullptr) delete std::exchange(first, first->next);
  }
  bool full() const { return ((producer - consumer) & kPsnMask) >= config.entries; }
};

struct EventQueue {
  Eqn number;
  unsigned function = 0;
  Iova ring;
  std::uint32_t entries = 0;
  std::uint64_t msi_address = 0;
  std::uint32_t msi_data = 0;
  std::uint32_t producer = 0;
  std::uint32_t consumer = 0;   ///< what the driver told by its doorbell, 24 bits
  bool asynchronous = false;    ///< firmware writes it, not the completion engine
};

}  // namespace viosim::hca
