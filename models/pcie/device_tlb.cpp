#include "pcie/device_tlb.h"

#include <bit>
#include <utility>

namespace viosim::pcie {
namespace {

constexpr Bytes kTranslation{8};
constexpr unsigned kPageOrder = 12;
constexpr Bytes size_of_order(unsigned order) { return Bytes(std::int64_t{1} << order); }

}  // namespace

DeviceTlb::DeviceTlb(const std::string& path, const DeviceTlbParams& params, Bdf function, DmaIf& dma)
    : station_(path, 0), lookup_(*params.lookup), function_(function), dma_(dma),
      entries_(static_cast<std::size_t>(params.entries->raw()), static_cast<std::size_t>(params.entries->raw())),
      lookups_(counters().add(path, "device_tlb_lookups", "requests looked up in a device's TLB")),
      misses_(counters().add(path, "device_tlb_misses", "translations that a device asked for")),
      invalidated_(counters().add(path, "device_tlb_invalidations", "invalidations that a device completed")) {
  station_.based_on(Cause::TlbLookup, params.lookup);
}

const DeviceTlb::Entry* DeviceTlb::find(Iova address) {
  for (std::uint64_t left = orders_; left != 0; left &= left - 1)
    if (const Entry* e = entries_.find(key(address, static_cast<unsigned>(std::countr_zero(left))))) return e;
  return nullptr;
}

DeviceTlb::Entry DeviceTlb::decode(const DmaRequest& answer) const {
  std::uint64_t value = 0;
  const auto bytes = answer.data.bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  const bool larger = (value >> 11 & 1) != 0;
  const unsigned order = larger ? kPageOrder + 1 + static_cast<unsigned>(std::countr_one(value >> 12)) : kPageOrder;
  const Hpa to = order < 52 ? Hpa(value & ~std::uint64_t{0xFFF}).align_down(size_of_order(order)) : Hpa{};
  return {to, static_cast<std::uint8_t>(order), order < 52 && (value & 1) != 0, order < 52 && (value & 2) != 0};
}

bool DeviceTlb::use(const Entry& entry, DmaRequest& request, std::uint8_t& ticket) {
  const Bytes size = size_of_order(entry.order);
  const bool inside = request.address.offset_in(size) + request.length <= size;
  if (!inside || !(request.is_read ? entry.may_read : entry.may_write)) return false;
  request.address = Iova((entry.to + request.address.offset_in(size)).raw());
  request.at = AddressType::translated;
  ticket = epochs_.enter();
  return true;
}

Task<> DeviceTlb::translate(DmaRequest& request, std::uint8_t& ticket) {
  ticket = Epochs::kNoTicket;
  request.at = AddressType::untranslated;
  ++lookups_;
  co_await station_.hold(request.op, Cause::TlbLookup, lookup_);
  if (const Entry* const known = find(request.address)) {
    use(*known, request, ticket);
    co_return;
  }
  ++misses_;
  const std::uint64_t before = invalidations_;
  DmaRequest ask;
  ask.is_read = true;
  ask.requester = function_;
  ask.address = request.address.align_down(size_of_order(kPageOrder));
  ask.length = kTranslation;
  ask.at = AddressType::translation_request;
  ask.op = std::move(request.op);
  dma_.submit(ask);
  while (!ask.finished) co_await viosim::sleep(ask.done);
  request.op = std::move(ask.op);
  if (ask.status != CplStatus::successful || before != invalidations_) co_return;
  const Entry entry = decode(ask);
  if (!entry.may_read && !entry.may_write) co_return;
  entries_.insert(key(request.address, entry.order), entry);
  orders_ |= std::uint64_t{1} << entry.order;
  use(entry, request, ticket);
}

void DeviceTlb::done(std::uint8_t ticket) {
  if (ticket != Epochs::kNoTicket && epochs_.leave(ticket)) pump();
}

void DeviceTlb::submit(DmaRequest& request) {
  request.status = CplStatus::successful;
  request.finished = false;
  spawn(carry_out(request), station_.path().c_str());
}

Process DeviceTlb::carry_out(DmaRequest& request) {
  const bool in_order = !request.is_read;
  Event first;
  if (in_order) writes_.push(&first);
  std::uint8_t ticket = Epochs::kNoTicket;
  co_await translate(request, ticket);
  if (in_order && writes_.front() != &first) {
    co_await viosim::sleep(first);
    station_.charge_past(request.op, Cause::OrderingStall, SpanKind::queued, request.op.last());
  }
  dma_.submit(request);
  if (in_order) {
    writes_.pop();
    if (!writes_.empty()) writes_.front()->notify();
  }
  if (!request.finished) co_await viosim::sleep(request.done);
  done(ticket);  // the request may be gone by now
}

void DeviceTlb::invalidate(AtsInvalidation& request) {
  ++invalidations_;
  const std::uint64_t first = request.address.raw();
  const std::uint64_t last = first + static_cast<std::uint64_t>(request.size.raw()) - 1;
  entries_.erase_if([&](std::uint64_t k, const Entry& e) {
    const std::uint64_t from = (k & ((std::uint64_t{1} << 56) - 1)) << e.order;
    return from <= last && first <= from + static_cast<std::uint64_t>(size_of_order(e.order).raw()) - 1;
  });
  waiting_.push_back(&request);
  pump();
}

/// Completes what nothing uses any more; the next ones begin to drain then.
void DeviceTlb::pump() {
  while (epochs_.drained()) {
    for (AtsInvalidation* r : draining_) {
      ++invalidated_;
      r->completed(r);
    }
    draining_.clear();
    if (waiting_.empty()) return;
    draining_.swap(waiting_);
    epochs_.close();
  }
}

}  // namespace viosim::pcie
