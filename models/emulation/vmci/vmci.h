// Vmci: the device side of VMCI's register interface, one a virtual machine.
//
// Models: registers, datagrams out of string writes to DATA_OUT (also in pieces), the hypercalls of doorbells and
//   queue pairs, the notification bitmap and its interrupt, VMCI's error codes for whatever a guest gets wrong.
// Not modelled: datagrams to the guest, the MMIO registers of newer devices, other virtual machines as peers,
//   snapshots. A reset keeps the queue pairs, whose pages services still hold.
// Causes: ExitHandling = register_access an access + decode a datagram + hypercall a hypercall (the monitor's
//   context); Execute = notify a notification.
#pragma once
#include <deque>
#include <string>
#include <vector>

#include "emulation/vmci/vmci_params.h"
#include "emulation/vmci/vmci_queue_pair.h"
#include "emulation/vmci/vmci_service.h"
#include "kernel/counters.h"
#include "protocols/trap.h"
#include "protocols/vmci_abi.h"

namespace viosim::emulation {

class Vmci : public TrapIf {
 public:
  /// `context`: the guest's VMCI context, from 16 on. `vector`: the device's first interrupt vector in the guest.
  Vmci(const std::string& path, const VmciParams& params, const GuestMemoryIf& memory, VcpuIf& vcpu,
       std::uint32_t context, unsigned vector);

  /// Routes datagrams to `resource` and doorbells whose masked resource is `doorbells` to `service`.
  void attach(VmciServiceIf& service, std::uint32_t resource, std::uint32_t doorbells, std::uint32_t mask);
  /// The live queue pair of `handle`, or null.
  VmciQueuePair* queue_pair(vmci_abi::Handle handle);
  /// True if the guest linked its doorbell `resource` to a byte of the bitmap.
  bool linked(std::uint32_t resource) const;
  /// Rings the guest's doorbell: sets its byte and interrupts. Nothing happens if the guest has not linked it.
  Task<> notify(Exec& on, std::uint32_t resource);
  const GuestMemoryIf& memory() const { return memory_; }

  Task<> port_write(Exec& vmm, std::uint16_t offset, std::span<const std::byte> data) override;
  Task<std::uint64_t> port_read(Exec& vmm, std::uint16_t offset, Bytes size) override;

 private:
  struct Route { VmciServiceIf* service; std::uint32_t resource, doorbells, mask; };
  struct Link { std::uint32_t resource, index; };
  Task<> gather(Exec& vmm, std::span<const std::byte> data);
  Task<std::int32_t> route(Exec& vmm, std::span<const std::byte> datagram);
  Task<std::int32_t> hypercall(Exec& vmm, std::uint32_t call, std::span<const std::byte> payload);
  std::int32_t set_bitmap(std::span<const std::byte> payload);
  std::int32_t link(std::span<const std::byte> payload);
  std::int32_t unlink(std::span<const std::byte> payload);
  std::int32_t alloc_pair(std::span<const std::byte> payload);
  std::int32_t detach_pair(std::span<const std::byte> payload);
  void write_register(std::uint16_t offset, std::uint32_t value);
  void reset();

  VmciParams params_;
  const GuestMemoryIf& memory_;
  VcpuIf& vcpu_;
  std::uint32_t context_;
  unsigned vector_;
  std::vector<Route> routes_;
  std::vector<std::byte> stream_;   ///< of a datagram that has not arrived whole
  bool discarding_ = false;         ///< the stream was hopeless: dropped until the guest asks for the result
  std::int32_t result_ = 0;
  std::uint32_t caps_ = 0, interrupt_mask_ = 0, pending_ = 0;
  bool interrupts_on_ = false, has_bitmap_ = false;
  Gpa bitmap_;                      ///< in host addresses
  std::vector<Link> links_;
  std::deque<VmciQueuePair> pairs_;
  std::uint64_t pair_memory_ = 0;
  std::uint64_t& datagrams_;
  std::uint64_t& doorbells_;
  std::uint64_t& notifications_;
  std::uint64_t& rejected_;
};

}  // namespace viosim::emulation
