// VmciDriver: the guest's driver of the VMCI device (old register interface, Linux before 5.18): datagrams by
// string output to DATA_OUT and a read of RESULT_LOW, doorbells, queue pairs, the notification bitmap.
//
// Models: the bytes of every datagram, one lock for all of them (one processor sends at a time), the bitmap scan.
// Not modelled: receiving datagrams, INTx, waiting for the lock (one virtual processor).
// Causes: Execute = datagram, notification, doorbell_callback cycles; exits are the context's.
#pragma once
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "guest/vrdma_params.h"
#include "kernel/counters.h"
#include "protocols/exec.h"
#include "protocols/vmci_abi.h"

namespace viosim::guest {

/// A queue pair from the guest's side: it produces into one ring and consumes from the other.
struct VmciPair {
  vmci_abi::Handle handle = vmci_abi::kAnonymous;
  Gpa produce_header, produce_data, consume_header, consume_data;
  std::uint64_t produce_size = 0, consume_size = 0;
  std::int32_t status = vmci_abi::kSuccess;  ///< negative: VMCI error, nothing was shared
};

/// Called in the interrupt when the doorbell was rung.
struct VmciCallback {
  void (*run)(void* self, Exec& on, std::uint32_t doorbell);
  void* self;
};

class VmciDriver {
 public:
  /// `port`: base of the registers. `vector`: the device's first interrupt vector.
  VmciDriver(const std::string& path, const VmciDriverParams& params, std::uint16_t port, unsigned vector);

  /// Probes the device. Throws std::runtime_error when it refuses.
  Task<> open(Exec& on);
  /// Sends `payload`; answers the hypervisor's result (negative: VMCI error).
  Task<std::int32_t> send(Exec& on, vmci_abi::Handle to, std::span<const std::byte> payload);
  /// Rings a doorbell of the hypervisor: one datagram hypercall.
  Task<std::int32_t> ring(Exec& on, std::uint32_t resource);
  /// A doorbell of this guest's own; answers its resource number.
  Task<std::uint32_t> create_doorbell(Exec& on, VmciCallback callback);
  /// Shares fresh pages with the hypervisor; sizes are multiples of 4 KB, one may be 0.
  Task<VmciPair> create_pair(Exec& on, std::uint64_t produce_size, std::uint64_t consume_size);

 private:
  template <class Message>
  Task<std::int32_t> hypercall(Exec& on, vmci_abi::Hypercall call, const Message& message) {
    std::byte payload[sizeof(Message)];
    std::memcpy(payload, &message, sizeof message);
    co_return co_await send(on, {vmci_abi::kHypervisorContext, static_cast<std::uint32_t>(call)}, payload);
  }
  Task<> write_register(Exec& on, std::uint16_t reg, std::uint32_t value);
  static Task<> interrupt(void* self, Exec& on);

  VmciDriverParams params_;
  std::uint16_t port_;
  unsigned vector_;
  std::uint32_t context_ = vmci_abi::kInvalidId;
  std::uint32_t next_resource_ = vmci_abi::kReservedResources;
  Gpa bitmap_;
  std::vector<VmciCallback> doorbells_;
  std::uint64_t& hypercalls_;
  std::uint64_t& notifications_;
};

}  // namespace viosim::guest
