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
  auto* const eq = static_cast<Mlx4Eq*>(self);
  auto* const verbs = static_cast<Mlx4Verbs*>(eq->owner);
  co_await on.execute(verbs->timing_.interrupt());
  co_await verbs->handle_events(on, *eq);
}

/// mlx4_eq_int: all events, then one write that tells the device the consumer index and arms the queue.
Task<> Mlx4Verbs::handle_events(Exec& on, Mlx4Eq& eq) {
  std::array<std::byte, abi::kEqeSize> eqe{};
  for (;;) {
    const std::int64_t at = static_cast<std::int64_t>((eq.consumer & (Mlx4Eq::kEntries - 1)) * abi::kEqeSize);
    Hold look = on.load(eq.ring + Bytes(at), eqe);
    const bool owner = (std::to_integer<std::uint8_t>(eqe[abi::kEqeOwner]) & 0x80) != 0;
    const bool valid = owner == ((eq.consumer & Mlx4Eq::kEntries) != 0);
    if (valid) ++eq.consumer;
    co_await look;
    if (!valid) break;
    const auto type = std::to_integer<std::uint8_t>(eqe[abi::kEqeType]);
    if (type == abi::kEqeCompletion)
      co_await handle_completion(on, abi::get<std::uint32_t>(eqe, abi::kEqeCqn) & 0xffffff);
    if (type == abi::kEqeCommand)
      co_await commands_.completed(on, static_cast<std::uint16_t>(abi::get<std::uint32_t>(eqe, abi::kEqeToken)),
                                   std::to_integer<std::uint8_t>(eqe[abi::kEqeStatus]),
                                   abi::get<std::uint64_t>(eqe, abi::kEqeOut));
  }
  const std::uint32_t index = (eq.consumer & 0xffffff) | 1u << 31;
  co_await on.mmio_store(uar_ + Bytes(static_cast<std::int64_t>(abi::kEqDoorbell + 8 * (eq.number.value % 4))),
                         __builtin_bswap32(index), Bytes(4));
}

Task<> Mlx4Verbs::handle_completion(Exec& on, std::uint32_t number) {
  ++events_;
  const std::uint32_t handle = cq_by_number_.find(number);
  if (handle == NumberTable::kNone) co_return;
  Mlx4Cq& cq = *cqs_[handle];
  if (cq.handler.run != nullptr) {
    ++cq.arm_sequence;
    co_await cq.handler.run(cq.handler.self, on, CqHandle{handle});
    co_return;
  }
  ++cq.events;
  co_await on.execute(timing_.completion());
  if (cq.sleeper != nullptr) cq.sleeper->wake_with(on.op());
  cq.wake.notify();
}

}  // namespace viosim::guest
