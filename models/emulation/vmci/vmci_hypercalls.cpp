// VMCI's hypercalls. Every size, page and handle in them is the guest's word: checked before it is used.
#include <algorithm>
#include <cstring>

#include "emulation/vmci/vmci.h"

namespace viosim::emulation {
namespace abi = vmci_abi;
namespace {

/// The message, if the payload is exactly as long as it.
template <class Message>
bool read(std::span<const std::byte> payload, Message& into) {
  if (payload.size() != sizeof into) return false;
  std::memcpy(&into, payload.data(), sizeof into);
  return true;
}

constexpr Bytes kPageSize = Bytes(static_cast<std::int64_t>(abi::kPage));

}  // namespace

Task<std::int32_t> Vmci::hypercall(Exec& vmm, std::uint32_t call, std::span<const std::byte> payload) {
  switch (static_cast<abi::Hypercall>(call)) {
    case abi::Hypercall::resources_query: co_return abi::kSuccess;
    case abi::Hypercall::get_context_id:
      co_return payload.empty() ? static_cast<std::int32_t>(context_) : abi::kInvalidArgs;
    case abi::Hypercall::set_notify_bitmap: co_return set_bitmap(payload);
    case abi::Hypercall::doorbell_link: co_return link(payload);
    case abi::Hypercall::doorbell_unlink: co_return unlink(payload);
    case abi::Hypercall::queue_pair_alloc: co_return alloc_pair(payload);
    case abi::Hypercall::queue_pair_detach: co_return detach_pair(payload);
    case abi::Hypercall::doorbell_notify: break;
    default: co_return abi::kInvalidResource;
  }
  abi::DoorbellNotify message;
  if (!read(payload, message)) co_return abi::kInvalidArgs;
  if (message.handle.context != abi::kHypervisorContext) co_return abi::kUnreachable;
  for (const Route& r : routes_) {
    if ((message.handle.resource & r.mask) != r.doorbells) continue;
    ++doorbells_;
    co_return co_await r.service->doorbell(vmm, message.handle.resource);
  }
  co_return abi::kNotFound;
}

std::int32_t Vmci::set_bitmap(std::span<const std::byte> payload) {
  abi::SetNotifyBitmap message;
  if (!read(payload, message)) return abi::kInvalidArgs;
  if (message.page > (1ull << 52) / abi::kPage) return abi::kInvalidArgs;
  const Gpa page(message.page * abi::kPage);
  if (!memory_.contains(page, kPageSize)) return abi::kInvalidArgs;
  bitmap_ = Gpa(memory_.host_address(page).raw());
  has_bitmap_ = true;
  return abi::kSuccess;
}

std::int32_t Vmci::link(std::span<const std::byte> payload) {
  abi::DoorbellLink message;
  if (!read(payload, message)) return abi::kInvalidArgs;
  if (message.handle.context != context_) return abi::kNoAccess;
  if (message.notify_index >= abi::kMaxDoorbells || !has_bitmap_) return abi::kInvalidArgs;
  if (linked(message.handle.resource)) return abi::kDuplicate;
  if (links_.size() == abi::kMaxDoorbells) return abi::kNoResources;
  links_.push_back({message.handle.resource, static_cast<std::uint32_t>(message.notify_index)});
  return abi::kSuccess;
}

std::int32_t Vmci::unlink(std::span<const std::byte> payload) {
  abi::DoorbellNotify message;
  if (!read(payload, message)) return abi::kInvalidArgs;
  if (message.handle.context != context_) return abi::kNoAccess;
  const auto found = std::find_if(links_.begin(), links_.end(),
                                  [&](const Link& l) { return l.resource == message.handle.resource; });
  if (found == links_.end()) return abi::kNotFound;
  links_.erase(found);
  return abi::kSuccess;
}

std::int32_t Vmci::alloc_pair(std::span<const std::byte> payload) {
  abi::QueuePairAlloc message;
  if (payload.size() < sizeof message) return abi::kInvalidArgs;
  std::memcpy(&message, payload.data(), sizeof message);
  const std::span<const std::byte> numbers = payload.subspan(sizeof message);
  if (message.handle.context != context_) return abi::kNoAccess;
  if (queue_pair(message.handle) != nullptr) return abi::kDuplicate;
  const std::uint64_t produce = message.produce_size, consume = message.consume_size;
  if (produce > abi::kMaxQueuePairMemory || consume > abi::kMaxQueuePairMemory) return abi::kNoResources;
  if (produce + consume == 0 || produce % abi::kPage != 0 || consume % abi::kPage != 0) return abi::kInvalidSize;
  if (pair_memory_ + produce + consume > abi::kMaxQueuePairMemory) return abi::kNoResources;
  const std::uint64_t pages = 2 + produce / abi::kPage + consume / abi::kPage;
  if (message.pages != pages || numbers.size() != 4 * pages) return abi::kInvalidArgs;

  VmciQueuePair pair;
  std::vector<Gpa> hosts;
  hosts.reserve(pages);
  for (std::uint64_t i = 0; i < pages; ++i) {
    std::uint32_t number;
    std::memcpy(&number, numbers.data() + 4 * i, sizeof number);
    const Gpa page(number * static_cast<std::uint64_t>(abi::kPage));
    if (!memory_.contains(page, kPageSize)) return abi::kInvalidArgs;
    hosts.push_back(Gpa(memory_.host_address(page).raw()));
  }
  const auto split = hosts.begin() + static_cast<std::ptrdiff_t>(1 + produce / abi::kPage);
  pair.handle = message.handle;
  pair.produce_size = produce;
  pair.consume_size = consume;
  pair.produce_header = hosts.front();
  pair.produce.assign(hosts.begin() + 1, split);
  pair.consume_header = *split;
  pair.consume.assign(split + 1, hosts.end());
  pair.live = true;
  pair_memory_ += produce + consume;
  const auto dead = std::find_if(pairs_.begin(), pairs_.end(), [](const VmciQueuePair& p) { return !p.live; });
  if (dead != pairs_.end()) *dead = std::move(pair);  // a guest that comes and goes must not fill our memory
  else pairs_.push_back(std::move(pair));
  return abi::kSuccess;
}

std::int32_t Vmci::detach_pair(std::span<const std::byte> payload) {
  abi::QueuePairDetach message;
  if (!read(payload, message)) return abi::kInvalidArgs;
  VmciQueuePair* const pair = queue_pair(message.handle);
  if (pair == nullptr) return abi::kNotFound;
  if (pair->used) return abi::kUnavailable;  // a queue of a live QP or CQ
  pair->live = false;
  pair_memory_ -= pair->produce_size + pair->consume_size;
  pair->produce.clear();
  pair->consume.clear();
  return abi::kSuccess;
}

}  // namespace viosim::emulation
