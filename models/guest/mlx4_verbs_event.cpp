// Completion events: arm, event queue, interrupt handler, sleepers.
#include <array>

#include "guest/mlx4_verbs.h"

namespace viosim::guest {
namespace abi = hca_abi;

Task<> Mlx4Verbs::req_notify(Exec& on, CqHandle h) {
  Mlx4Cq* const cq = find(h);
  if (cq == nullptr) co_return;
  const std::uint32_t command = (cq->arm_sequence & 3) << 28 | abi::kArmNext;
  const std::uint32_t index = cq->consumer & 0xffffff;
  std::array<std::byte, 4> record{};
  abi::put<std::uint32_t>(record, 0, command | index);
  co_await on.execute(timing_.arm());
  co_await on.store(cq->record + Bytes(4), record);
  const std::uint64_t doorbell = static_cast<std::uint64_t>(command | cq->number.value) << 32 | index;
  co_await on.mmio_store(uar_ + Bytes(abi::kCqDoorbell), __builtin_bswap64(doorbell), Bytes(8));
}

Task<> Mlx4Verbs::get_event(Exec& on, CqHandle h) {
  Mlx4Cq* const cq = find(h);
  if (cq == nullptr) co_return;
  co_await on.execute(timing_.get_event());
  cq->sleeper = &on;
  while (cq->events == 0) {
    co_await on.sleep(cq->wake);
    cq->waiting = false;  // what woke the caller is its past: interrupt, handler, wake-up
  }
  cq->sleeper = nullptr;
  --cq->events;
  ++cq->arm_sequence;
  co_await on.execute(timing_.ack_event());
}

void Mlx4Verbs::on_completion(CqHandle h, CompletionHandler handler) {
  Mlx4Cq* const cq = find(h);
  if (cq != nullptr) cq->handler = handler;
}

Task<> Mlx4Verbs::interrupt(void* self, Exec& on) {
  auto* const verbs = static_cast<Mlx4Verbs*>(self);
  co_await on.execute(verbs->timing_.interrupt());
  co_await verbs->handle_events(on);
}

/// mlx4_eq_int: all events, then one write that tells the device the consumer index and arms the queue.
Task<> Mlx4Verbs::handle_events(Exec& on) {
  constexpr std::uint32_t kEntries = 1024;
  std::array<std::byte, abi::kEqeSize> eqe{};
  for (;;) {
    const std::int64_t at = static_cast<std::int64_t>((eq_consumer_ & (kEntries - 1)) * abi::kEqeSize);
    Hold look = on.load(eq_ring_ + Bytes(at), eqe);
    const bool owner = (std::to_integer<std::uint8_t>(eqe[abi::kEqeOwner]) & 0x80) != 0;
    const bool valid = owner == ((eq_consumer_ & kEntries) != 0);
    if (valid) ++eq_consumer_;
    co_await look;
    if (!valid) break;
    if (std::to_integer<std::uint8_t>(eqe[abi::kEqeType]) != abi::kEqeCompletion) continue;
    ++events_;
    const std::uint32_t handle = cq_by_number_.find(abi::get<std::uint32_t>(eqe, abi::kEqeCqn) & 0xffffff);
    if (handle == NumberTable::kNone) continue;
    Mlx4Cq& cq = cqs_[handle];
    if (cq.handler.run != nullptr) {
      ++cq.arm_sequence;
      co_await cq.handler.run(cq.handler.self, on, CqHandle{handle});
      continue;
    }
    ++cq.events;
    co_await on.execute(timing_.completion());
    if (cq.sleeper != nullptr) cq.sleeper->wake_with(on.op());
    cq.wake.notify();
  }
  const std::uint32_t index = (eq_consumer_ & 0xffffff) | 1u << 31;
  co_await on.mmio_store(uar_ + Bytes(static_cast<std::int64_t>(abi::kEqDoorbell + 8 * (eq_.value % 4))),
                         __builtin_bswap32(index), Bytes(4));
}

}  // namespace viosim::guest
