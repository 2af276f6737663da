#include "emulation/vmci/vmci.h"

#include <array>
#include <cstring>

namespace viosim::emulation {
namespace abi = vmci_abi;
namespace {

constexpr std::uint32_t kOffered = abi::kCapsHypercall | abi::kCapsDatagram | abi::kCapsNotifications;
constexpr std::uint64_t kOnes = ~0ull;

}  // namespace

Vmci::Vmci(const std::string& path, const VmciParams& params, const GuestMemoryIf& memory, VcpuIf& vcpu,
           std::uint32_t context, unsigned vector)
    : params_(params), memory_(memory), vcpu_(vcpu), context_(context), vector_(vector),
      datagrams_(counters().add(path, "hypercalls_served", "datagrams taken from the guest")),
      doorbells_(counters().add(path, "doorbells_served", "doorbells that the guest rang")),
      notifications_(counters().add(path, "injected_notifications", "notification interrupts sent to the guest")),
      rejected_(counters().add(path, "rejected_datagrams", "datagrams and register writes refused")) {}

void Vmci::attach(VmciServiceIf& service, std::uint32_t resource, std::uint32_t doorbells, std::uint32_t mask) {
  routes_.push_back({&service, resource, doorbells, mask});
}

VmciQueuePair* Vmci::queue_pair(abi::Handle handle) {
  for (VmciQueuePair& pair : pairs_)
    if (pair.live && pair.handle == handle) return &pair;
  return nullptr;
}

bool Vmci::linked(std::uint32_t resource) const {
  for (const Link& l : links_)
    if (l.resource == resource) return true;
  return false;
}

void Vmci::reset() {
  stream_.clear();
  links_.clear();
  discarding_ = interrupts_on_ = has_bitmap_ = false;
  result_ = 0;
  caps_ = interrupt_mask_ = pending_ = 0;
}

Task<> Vmci::notify(Exec& on, std::uint32_t resource) {
  const Link* found = nullptr;
  for (const Link& l : links_)
    if (l.resource == resource) found = &l;
  if (found == nullptr || !has_bitmap_) co_return;
  const Gpa byte = bitmap_ + Bytes(static_cast<std::int64_t>(found->index));
  co_await on.execute(*params_.notify);
  const std::array<std::byte, 1> set{std::byte{1}};
  co_await on.store(byte, set);
  pending_ |= abi::kInterruptNotification;
  if (!interrupts_on_ || (interrupt_mask_ & abi::kInterruptNotification) == 0) co_return;
  ++notifications_;
  vcpu_.inject(vector_ + abi::kNotificationVector, on.op().fork());
}

void Vmci::write_register(std::uint16_t offset, std::uint32_t value) {
  switch (offset) {
    case abi::kControl:
      if (value & abi::kControlReset) reset();
      if (value & abi::kControlIntEnable) interrupts_on_ = true;
      if (value & abi::kControlIntDisable) interrupts_on_ = false;
      break;
    case abi::kImr: interrupt_mask_ = value; break;
    case abi::kCaps: caps_ = value & kOffered; break;
    default: ++rejected_;
  }
}

Task<> Vmci::port_write(Exec& vmm, std::uint16_t offset, std::span<const std::byte> data) {
  co_await vmm.execute(*params_.register_access, Cause::ExitHandling);
  if (offset == abi::kDataOut) {
    co_await gather(vmm, data);
  } else if (data.size() == 4) {
    std::uint32_t value = 0;
    std::memcpy(&value, data.data(), sizeof value);
    write_register(offset, value);
  } else {
    ++rejected_;
  }
}

Task<std::uint64_t> Vmci::port_read(Exec& vmm, std::uint16_t offset, Bytes size) {
  co_await vmm.execute(*params_.register_access, Cause::ExitHandling);
  if (size.raw() != 4) co_return kOnes;
  switch (offset) {
    case abi::kStatus: co_return interrupts_on_ ? 1 : 0;
    case abi::kIcr: {
      const std::uint32_t pending = pending_;
      pending_ = 0;  // reading acknowledges
      co_return pending;
    }
    case abi::kImr: co_return interrupt_mask_;
    case abi::kCaps: co_return kOffered;
    case abi::kResultLow:
      if (!stream_.empty()) {  // half a datagram, and the guest asks what became of it
        stream_.clear();
        result_ = abi::kInvalidArgs;
        ++rejected_;
      }
      discarding_ = false;
      co_return static_cast<std::uint32_t>(result_);
    case abi::kResultHigh: co_return 0;
    default: co_return kOnes;  // DATA_IN too: ones are no datagram's header
  }
}

/// Collects a datagram, however the string was cut, and routes it when it is whole.
Task<> Vmci::gather(Exec& vmm, std::span<const std::byte> data) {
  if (discarding_ || data.empty()) co_return;
  if (stream_.size() + data.size() > abi::kMaxDatagram) {
    result_ = abi::kPayloadTooLarge;
    discarding_ = true;
  } else {
    stream_.insert(stream_.end(), data.begin(), data.end());
    if (stream_.size() < sizeof(abi::DatagramHeader)) co_return;
    abi::DatagramHeader header;
    std::memcpy(&header, stream_.data(), sizeof header);
    const std::uint64_t got = stream_.size() - sizeof header;
    if (header.payload_size > abi::kMaxDatagram - sizeof header) {
      result_ = abi::kPayloadTooLarge;
      discarding_ = true;
    } else if (got > header.payload_size) {
      result_ = abi::kInvalidSize;
      discarding_ = true;
    } else if (got < header.payload_size) {
      co_return;
    }
  }
  std::vector<std::byte> datagram;
  datagram.swap(stream_);
  if (discarding_) {
    ++rejected_;
    co_return;
  }
  ++datagrams_;
  const std::int32_t result = co_await route(vmm, datagram);
  if (result < 0) ++rejected_;
  result_ = result;
}

Task<std::int32_t> Vmci::route(Exec& vmm, std::span<const std::byte> datagram) {
  co_await vmm.execute(*params_.decode, Cause::ExitHandling);
  abi::DatagramHeader header;
  std::memcpy(&header, datagram.data(), sizeof header);
  if (header.src != abi::kAnonymous && header.src.context != context_) co_return abi::kNoAccess;
  if (header.dst.context != abi::kHypervisorContext) co_return abi::kUnreachable;
  const std::span<const std::byte> payload = datagram.subspan(sizeof header);
  if (header.dst.resource < abi::kReservedResources) {
    co_await vmm.execute(*params_.hypercall, Cause::ExitHandling);
    co_return co_await hypercall(vmm, header.dst.resource, payload);
  }
  for (const Route& r : routes_)
    if (r.resource == header.dst.resource) co_return co_await r.service->datagram(vmm, payload);
  co_return abi::kInvalidResource;
}

}  // namespace viosim::emulation
