#include "guest/vmci_driver.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace viosim::guest {
namespace abi = vmci_abi;
namespace {

constexpr Bytes kPageSize = Bytes(static_cast<std::int64_t>(abi::kPage));

}  // namespace

VmciDriver::VmciDriver(const std::string& path, const VmciDriverParams& params, std::uint16_t port, unsigned vector)
    : params_(params), port_(port), vector_(vector),
      hypercalls_(counters().add(path, "hypercalls", "datagrams sent to the hypervisor")),
      notifications_(counters().add(path, "notifications", "notification interrupts taken")) {}

Task<> VmciDriver::write_register(Exec& on, std::uint16_t reg, std::uint32_t value) {
  std::array<std::byte, 4> data;
  std::memcpy(data.data(), &value, sizeof value);
  co_await on.port_write(static_cast<std::uint16_t>(port_ + reg), data);
}

Task<std::int32_t> VmciDriver::send(Exec& on, abi::Handle to, std::span<const std::byte> payload) {
  ++hypercalls_;
  const abi::DatagramHeader header{to, abi::kAnonymous, payload.size()};
  std::array<std::byte, 128> small;
  std::vector<std::byte> large;
  const std::size_t size = sizeof header + payload.size();
  if (size > small.size()) large.resize(size);
  const std::span<std::byte> datagram = size > small.size() ? std::span(large) : std::span(small).first(size);
  std::memcpy(datagram.data(), &header, sizeof header);
  std::copy(payload.begin(), payload.end(), datagram.begin() + sizeof header);
  co_await on.execute(*params_.datagram);
  co_await on.port_write(static_cast<std::uint16_t>(port_ + abi::kDataOut), datagram);
  std::uint64_t result = 0;
  for (std::int64_t i = 0; i < (*params_.result_reads).raw(); ++i)
    result = co_await on.port_read(static_cast<std::uint16_t>(port_ + abi::kResultLow), Bytes(4));
  co_return static_cast<std::int32_t>(static_cast<std::uint32_t>(result));
}

Task<std::int32_t> VmciDriver::ring(Exec& on, std::uint32_t resource) {
  const abi::DoorbellNotify message{{abi::kHypervisorContext, resource}};
  co_return co_await hypercall(on, abi::Hypercall::doorbell_notify, message);
}

Task<> VmciDriver::open(Exec& on) {
  on.based_on(Cause::Execute, params_.datagram.source());
  constexpr std::uint32_t kNeeded = abi::kCapsHypercall | abi::kCapsDatagram | abi::kCapsNotifications;
  const std::uint64_t caps = co_await on.port_read(static_cast<std::uint16_t>(port_ + abi::kCaps), Bytes(4));
  if ((caps & kNeeded) != kNeeded) throw std::runtime_error("the VMCI device lacks datagrams or notifications");
  co_await write_register(on, abi::kCaps, kNeeded);
  bitmap_ = on.allocate(kPageSize, kPageSize);
  const abi::SetNotifyBitmap bitmap{bitmap_.raw() / abi::kPage};
  const std::int32_t accepted = co_await hypercall(on, abi::Hypercall::set_notify_bitmap, bitmap);
  const abi::Handle asks{abi::kHypervisorContext, static_cast<std::uint32_t>(abi::Hypercall::get_context_id)};
  const std::int32_t context = co_await send(on, asks, {});
  if (accepted < 0 || context < 0) throw std::runtime_error("the VMCI device refuses its guest");
  context_ = static_cast<std::uint32_t>(context);
  on.on_interrupt(vector_ + abi::kNotificationVector, {&VmciDriver::interrupt, this});
  co_await write_register(on, abi::kImr, abi::kInterruptDatagram | abi::kInterruptNotification);
  co_await write_register(on, abi::kControl, abi::kControlIntEnable);
}

Task<std::uint32_t> VmciDriver::create_doorbell(Exec& on, VmciCallback callback) {
  if (doorbells_.size() == abi::kMaxDoorbells) throw std::runtime_error("the VMCI notification bitmap is full");
  const std::uint32_t resource = next_resource_++;
  const abi::DoorbellLink link{{context_, resource}, doorbells_.size()};
  doorbells_.push_back(callback);
  const std::int32_t linked = co_await hypercall(on, abi::Hypercall::doorbell_link, link);
  if (linked < 0) throw std::runtime_error("the VMCI device links no doorbell");
  co_return resource;
}

Task<VmciPair> VmciDriver::create_pair(Exec& on, std::uint64_t produce_size, std::uint64_t consume_size) {
  VmciPair pair;
  pair.handle = {context_, next_resource_++};
  pair.produce_size = produce_size;
  pair.consume_size = consume_size;
  const auto allocate = [&on](std::uint64_t size) {
    return on.allocate(Bytes(static_cast<std::int64_t>(size)), kPageSize);
  };
  pair.produce_header = allocate(abi::kPage + produce_size);
  pair.produce_data = pair.produce_header + kPageSize;
  pair.consume_header = allocate(abi::kPage + consume_size);
  pair.consume_data = pair.consume_header + kPageSize;
  const std::uint64_t produce_pages = 1 + produce_size / abi::kPage, consume_pages = 1 + consume_size / abi::kPage;
  const abi::QueuePairAlloc message{pair.handle, abi::kInvalidId, 0, produce_size, consume_size,
                                    produce_pages + consume_pages};
  std::vector<std::byte> payload(sizeof message + 4 * (produce_pages + consume_pages));
  std::memcpy(payload.data(), &message, sizeof message);
  for (std::uint64_t i = 0; i < produce_pages + consume_pages; ++i) {
    const std::uint64_t page = i < produce_pages ? pair.produce_header.raw() / abi::kPage + i
                                                 : pair.consume_header.raw() / abi::kPage + i - produce_pages;
    const auto number = static_cast<std::uint32_t>(page);
    std::memcpy(payload.data() + sizeof message + 4 * i, &number, sizeof number);
  }
  const abi::QueueHeader header{pair.handle, 0, 0};
  std::array<std::byte, sizeof header> bytes;
  std::memcpy(bytes.data(), &header, sizeof header);
  co_await on.store(pair.produce_header, bytes);
  co_await on.store(pair.consume_header, bytes);
  const abi::Handle to{abi::kHypervisorContext, static_cast<std::uint32_t>(abi::Hypercall::queue_pair_alloc)};
  pair.status = co_await send(on, to, payload);
  co_return pair;
}

/// An exclusive MSI-X vector: no register is read. Each byte that is set is a doorbell that was rung.
Task<> VmciDriver::interrupt(void* self, Exec& on) {
  auto* const driver = static_cast<VmciDriver*>(self);
  ++driver->notifications_;
  co_await on.execute(*driver->params_.notification);
  for (std::size_t i = 0; i < driver->doorbells_.size(); ++i) {
    std::array<std::byte, 1> flag{};
    const Gpa at = driver->bitmap_ + Bytes(static_cast<std::int64_t>(i));
    co_await on.load(at, flag);
    if (flag[0] == std::byte{0}) continue;
    flag[0] = std::byte{0};
    co_await on.store(at, flag);
    co_await on.execute(*driver->params_.link);
    const VmciCallback& callback = driver->doorbells_[i];
    callback.run(callback.self, on, static_cast<std::uint32_t>(i));
  }
}

}  // namespace viosim::guest
