#include "pcie/root_complex.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

namespace viosim::pcie {

RootComplex::RootComplex(sc_core::sc_module_name name, const RootComplexParams& params, unsigned ports,
                         MemoryIf& memory, IrqRouterIf& interrupts, IommuIf* iommu)
    : sc_module(name), generation_(*params.generation),
      shared_{Station(this->name(), 0), *params.transit, *params.completion_unit, memory, interrupts, iommu, *this,
              counters().add(this->name(), "dropped_writes", "writes of devices that were refused"),
              counters().add(this->name(), "unsupported_requests", "reads of devices that were refused"),
              counters().add(this->name(), "interrupt_messages", "MSI and MSI-X writes delivered"),
              counters().add(this->name(), "ordering_stalls", "TLPs that waited for writes before them"),
              counters().add(this->name(), "poisoned", "TLPs with poisoned data that were dropped")},
      tag_stalls_(counters().add(this->name(), "tag_stalls", "loads that waited for one under way")),
      undecoded_(counters().add(this->name(), "undecoded", "stores and loads to addresses of no device")),
      starving_(this->name(), [](const void* self) { return static_cast<const RootComplex*>(self)->held_back(); },
                this) {
  for (unsigned i = 0; i < ports; ++i) {
    const std::string number = std::to_string(i);
    ports_.push_back(std::make_unique<RootPort>(("port" + number + "_in").c_str(), ("port" + number + "_out").c_str(),
                                                shared_));
  }
  const auto tags = static_cast<std::size_t>(params.outbound_reads->raw());
  loads_.assign(tags, nullptr);
  for (std::size_t tag = 0; tag < tags; ++tag) free_tags_.push(static_cast<std::uint16_t>(tag));
  shared_.station.based_on(Cause::RootComplexTransit, params.transit);
  shared_.station.based_on(Cause::TagExhausted, params.outbound_reads);
}

std::string RootComplex::held_back() const {
  const auto asked = std::count_if(loads_.begin(), loads_.end(), [](const MmioLoad* l) { return l != nullptr; });
  std::string text;
  if (asked > 0) text = std::to_string(asked) + " loads without answer";
  if (!waiting_.empty()) text += ", others wait for one of them (TagExhausted)";
  for (std::size_t i = 0; i < ports_.size(); ++i)
    if (ports_[i]->held_up())
      text += (text.empty() ? "port " : ", port ") + std::to_string(i) +
              " holds TLPs behind a write whose translation is under way (OrderingStall)";
  return text;
}

unsigned RootComplex::attach(Link& link) {
  if (attached_ == ports_.size())
    throw std::invalid_argument(std::string(name()) + ": no port is free for " + link.name());
  if (link.generation() > generation_)
    throw std::invalid_argument(std::string(name()) + ": " + link.name() +
                                " is of a later generation than the ports");
  ports_[attached_]->attach(link);
  return attached_++;
}

void RootComplex::map_bar(Bdf function, std::uint8_t bar, Hpa base, Bytes size, unsigned port) {
  if (port >= attached_) throw std::invalid_argument(std::string(name()) + ": a BAR below a port without a link");
  bars_.add({base, size, function, bar, port});
}

void RootComplex::store(Hpa address, std::span<const std::byte> data, bool write_combined, Op op) {
  const Bytes length(static_cast<std::int64_t>(data.size()));
  const BarRange* range = bars_.find(address, length);
  if (range == nullptr || data.empty()) {
    ++undecoded_;
    return;
  }
  auto* tlp = new Tlp(std::move(op));
  tlp->kind = TlpKind::memory_write;
  tlp->target = range->function;
  tlp->bar = range->bar;
  tlp->address = Iova(address.raw() - range->base.raw());
  tlp->length = length;
  tlp->data = Buffer::make(length);
  std::memcpy(tlp->data.bytes().data(), data.data(), data.size());
  tlp->write_combined = write_combined;
  const Time leaves = latest({now()}, {tlp->op.last()}).at;
  const Time out = shared_.station.delay(tlp->op, Cause::RootComplexTransit, leaves, shared_.transit);
  ports_[range->port]->tlp_out.send_at(out, tlp);
}

void RootComplex::load(MmioLoad& request) {
  request.finished = false;
  request.value = ~std::uint64_t{0};
  if (request.size.raw() < 1 || request.size.raw() > 8 || !decodes(request.address, request.size)) {
    fail(request);
    return;
  }
  if (free_tags_.empty() || !waiting_.empty()) {
    ++tag_stalls_;
    waiting_.push(&request);
    return;
  }
  start(request, request.op, free_tags_.pop());
}

void RootComplex::start(MmioLoad& request, Op& op, std::uint16_t tag) {
  const BarRange* range = bars_.find(request.address, request.size);
  loads_[tag] = &request;
  auto* tlp = new Tlp(std::move(op));
  tlp->kind = TlpKind::memory_read;
  tlp->target = range->function;
  tlp->bar = range->bar;
  tlp->tag = tag;
  tlp->address = Iova(request.address.raw() - range->base.raw());
  tlp->length = request.size;
  const Time out = shared_.station.delay(tlp->op, Cause::RootComplexTransit, now(), shared_.transit);
  ports_[range->port]->tlp_out.send_at(out, tlp);
}

void RootComplex::fail(MmioLoad& request) {
  ++undecoded_;
  // Nobody answers: the load ends inside the root complex with all ones, after the way in and out.
  const Time end = shared_.station.delay(request.op, Cause::RootComplexTransit, now(), shared_.transit * 2);
  struct Alarm : Wakeable, Pooled<Alarm> { MmioLoad* load = nullptr; };
  auto* alarm = new Alarm;
  alarm->load = &request;
  alarm->fire = [](Wakeable* w) {
    auto* a = static_cast<Alarm*>(w);
    a->load->finished = true;
    a->load->done.notify();
    delete a;
  };
  scheduler().wake_at(end, alarm);
}

void RootComplex::completed(Tlp* tlp) {
  MmioLoad* const request = tlp->tag < loads_.size() ? std::exchange(loads_[tlp->tag], nullptr) : nullptr;
  if (request != nullptr) {
    if (tlp->kind == TlpKind::completion_data && tlp->status == CplStatus::successful &&
        !tlp->poisoned) {
      const auto data = std::as_const(tlp->data).bytes();
      request->value = 0;
      const std::size_t size = std::min(data.size(), std::size_t{8});
      for (std::size_t i = 0; i < size; ++i) request->value |= std::to_integer<std::uint64_t>(data[i]) << (8 * i);
    }
    request->op = std::move(tlp->op);
    request->finished = true;
    request->done.notify();
    if (waiting_.empty()) {
      free_tags_.push(tlp->tag);
    } else {
      MmioLoad* const next = waiting_.pop();
      shared_.station.charge_past(next->op, Cause::TagExhausted, SpanKind::queued, next->op.last());
      start(*next, next->op, tlp->tag);
    }
  }
  delete tlp;
}

}  // namespace viosim::pcie
