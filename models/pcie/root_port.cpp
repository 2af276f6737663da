#include "pcie/root_port.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "pcie/ordering.h"
#include "structures/epochs.h"

namespace viosim::pcie {
namespace {

constexpr Bytes kPage{4096}, kTranslation{8};

bool is_msi(const Tlp& tlp) {
  return tlp.kind == TlpKind::memory_write && tlp.at == AddressType::untranslated &&
         tlp.address.raw() >= kMsiWindow && tlp.address.raw() < kMsiWindow + kMsiWindowSize;
}

/// No request crosses a 4 KB boundary (PCI Express Base Specification 3.0, 2.2.7), and none is empty.
bool well_formed(const Tlp& tlp) {
  const bool asks = tlp.at == AddressType::translation_request;  // for one translation: a read of 8 bytes
  return tlp.length > Bytes{} && (tlp.address.offset_in(kPage) + tlp.length) <= kPage &&
         (!asks || (tlp.kind == TlpKind::memory_read && tlp.length == kTranslation)) &&
         (tlp.kind == TlpKind::memory_read || tlp.data.size() == tlp.length);
}

/// The data of a translation completion (PCI Express ATS): the host address, S (bit 11) and the size below it, W and
/// R.
Buffer translation_answer(const Translation& t) {
  std::uint64_t value = t.result.align_down(t.page).raw() | (t.may_write ? 2u : 0u) | (t.may_read ? 1u : 0u);
  if (t.page > kPage) value |= std::uint64_t{1} << 11 | ((static_cast<std::uint64_t>(t.page.raw()) - 1) >> 13 << 12);
  Buffer data = Buffer::make(kTranslation);
  for (std::byte& b : data.bytes()) {
    b = static_cast<std::byte>(value);
    value >>= 8;
  }
  return data;
}

/// The end of the account, which may lie ahead of now after a look-up with a cost.
Time account_end(const Op& op) { return latest({now()}, {op.last()}).at; }

}  // namespace

RootPort::RootPort(const char* in_name, const char* out_name, RootShared& shared)
    : tlp_in(in_name), tlp_out(out_name), shared_(shared) {
  tlp_in.deliver_to<&RootPort::arrive>(this);
}

void RootPort::attach(Link& link) {
  link_ = &link;
  link.up_out.bind(tlp_in);
  tlp_out.bind(link.down_in);
  if (shared_.iommu == nullptr) link.up.deliver_ahead();  // nothing is decided before memory is reached
}

inline void RootPort::reach_memory(Tlp* tlp, Time when) {
  wake(when, tlp, tlp->kind == TlpKind::memory_write  ? &enter<&RootPort::access_write>
                  : tlp->kind == TlpKind::memory_read ? &enter<&RootPort::access_read>
                                                      : &enter<&RootPort::access_completion>);
}

void RootPort::arrive(Tlp* tlp) {
  const bool request = tlp->kind == TlpKind::memory_write || tlp->kind == TlpKind::memory_read;
  const Time there = account_end(tlp->op);
  if (tlp->poisoned) [[unlikely]] ++shared_.poisoned;
  if (request && (tlp->poisoned || !well_formed(*tlp))) {
    if (there > now()) at<&RootPort::refuse>(there, tlp);
    else refuse(tlp);
  } else if (shared_.iommu == nullptr) {
    reach_memory(tlp, shared_.station.delay(tlp->op, Cause::RootComplexTransit, there, shared_.transit));
  } else {
    translate(tlp);
  }
}

void RootPort::translate(Tlp* tlp) {
  const bool request = tlp->kind == TlpKind::memory_write || tlp->kind == TlpKind::memory_read;
  Inbound& inbound = inbounds_.take();
  inbound.tlp = tlp;
  inbound.port = this;
  inbound.next_in_line = nullptr;
  inbound.in_line = false;
  Translation& t = inbound.translation;
  t.op = std::move(tlp->op);
  t.result = Hpa(tlp->address.raw());
  t.fault = IommuFault::none;
  t.ticket = Epochs::kNoTicket;
  t.finished = true;
  // Interrupt messages pass by the translation (Intel VT-d specification, 3.14); so do answers.
  if (request && !is_msi(*tlp)) {
    t.requester = tlp->requester;
    t.address = tlp->address;
    t.length = tlp->length;
    t.is_write = tlp->kind == TlpKind::memory_write;
    t.at = tlp->at;
    t.finished = false;
    shared_.iommu->translate(t);
  }
  if (!t.finished) {
    inbound.fire = [](Wakeable* w) {
      auto& i = *static_cast<Inbound*>(w);
      i.port->translated(i);
    };
    t.done.add(inbound);
  }
  inbound.ready = t.finished;
  // A read whose own translation is under way lets others pass; nothing passes a write but by its RO bit.
  const bool joins_line = (head_ != nullptr && !(t.finished && passes_writes(*tlp))) ||
                          (!t.finished && tlp->kind == TlpKind::memory_write);
  if (joins_line) {
    inbound.in_line = true;
    (head_ == nullptr ? head_ : tail_->next_in_line) = &inbound;
    tail_ = &inbound;
  } else if (t.finished) {
    issue(inbound);
  }
}

void RootPort::translated(Inbound& inbound) {
  inbound.ready = true;
  if (inbound.in_line) drain();
  else issue(inbound);
}

void RootPort::drain() {
  while (head_ != nullptr) {
    Inbound& first = *head_;
    const bool read = first.tlp->kind == TlpKind::memory_read;
    if (!first.ready && !read) return;
    head_ = first.next_in_line;
    first.in_line = false;
    if (first.ready) issue(first);
  }
}

void RootPort::issue(Inbound& inbound) {
  Tlp* const tlp = inbound.tlp;
  const IommuFault fault = inbound.translation.fault;
  tlp->ticket = inbound.translation.ticket;
  tlp->op = std::move(inbound.translation.op);
  tlp->address = Iova(inbound.translation.result.raw());
  // What waited behind a write of its device has been kept by the rule that nothing passes it.
  if (tlp->op.last() < now()) {
    if (tlp->op.traced()) ++shared_.ordering_stalls;
    shared_.station.charge_past(tlp->op, Cause::OrderingStall, SpanKind::queued, tlp->op.last());
  }
  if (tlp->at == AddressType::translation_request && fault == IommuFault::none)
    tlp->data = translation_answer(inbound.translation);
  inbound.tlp = nullptr;
  inbounds_.give(inbound);
  if (fault != IommuFault::none) {
    refuse(tlp);
    return;
  }
  Time access = shared_.station.delay(tlp->op, Cause::RootComplexTransit, account_end(tlp->op), shared_.transit);
  if (access < access_clear_ && !passes_writes(*tlp)) {
    ledger().charge(tlp->op, shared_.station.site(), Cause::OrderingStall, SpanKind::queued, access, access_clear_);
    access = access_clear_;
  }
  if (tlp->at == AddressType::translation_request) {
    at<&RootPort::send_translation>(access, tlp);
    return;
  }
  if (tlp->kind == TlpKind::memory_write) access_clear_ = latest({access_clear_}, {access}).at;
  reach_memory(tlp, access);
}

void RootPort::retire(std::uint8_t ticket) {
  if (ticket != Epochs::kNoTicket) shared_.iommu->retire(ticket);
}

void RootPort::send_translation(Tlp* tlp) {
  link_->up.consumed(TlpClass::non_posted, Bytes{}, now());
  retire(tlp->ticket);
  tlp->kind = TlpKind::completion_data;
  tlp->at = AddressType::untranslated;
  tlp->offset = Bytes{};
  tlp->last = true;
  tlp_out.send_at(shared_.station.delay(tlp->op, Cause::RootComplexTransit, now(), shared_.transit), tlp);
}

bool RootPort::stall_for_writes(Tlp* tlp) {
  if (commit_clear_ <= now() || passes_writes(*tlp)) return false;
  ++shared_.ordering_stalls;
  ledger().charge(tlp->op, shared_.station.site(), Cause::OrderingStall, SpanKind::queued, now(), commit_clear_);
  return true;
}

void RootPort::access_write(Tlp* tlp) {
  if (is_msi(*tlp)) {  // an interrupt tells of the data that was written before it
    if (stall_for_writes(tlp)) at<&RootPort::interrupt>(commit_clear_, tlp);
    else interrupt(tlp);
    return;
  }
  const Hpa address(tlp->address.raw());
  if (!shared_.memory.contains(address, tlp->length)) {
    refuse(tlp);
    return;
  }
  Time done = shared_.memory.device_write(tlp->op, address, tlp->length, now());
  if (done < commit_clear_ && !passes_writes(*tlp)) {
    ledger().charge(tlp->op, shared_.station.site(), Cause::OrderingStall, SpanKind::queued, done, commit_clear_);
    done = commit_clear_;
  }
  commit_clear_ = latest({commit_clear_}, {done}).at;
  link_->up.consumed(TlpClass::posted, tlp->length, done);
  at<&RootPort::commit>(done, tlp);
}

void RootPort::commit(Tlp* tlp) {
  shared_.memory.write(Hpa(tlp->address.raw()), tlp->data.bytes(), &tlp->op);
  retire(tlp->ticket);
  delete tlp;
}

void RootPort::interrupt(Tlp* tlp) {
  link_->up.consumed(TlpClass::posted, tlp->length, now());
  if (tlp->length != Bytes(4)) {  // a message is one double word
    ++shared_.dropped_writes;
    delete tlp;
    return;
  }
  const std::uint64_t address = tlp->address.raw();
  const Bdf source = tlp->requester;
  std::uint32_t data = 0;
  for (unsigned i = 0; i < 4; ++i) data |= std::to_integer<std::uint32_t>(tlp->data.bytes()[i]) << 8 * i;
  ++shared_.interrupts_raised;
  Op op = std::move(tlp->op);
  delete tlp;
  if (shared_.iommu != nullptr && shared_.iommu->remaps_interrupts())
    shared_.iommu->interrupt(source, address, data, std::move(op));
  else shared_.interrupts.deliver(static_cast<unsigned>(address >> 12) & 0xFF, data & 0xFFFF, std::move(op));
}

void RootPort::access_read(Tlp* tlp) {
  if (stall_for_writes(tlp)) at<&RootPort::read_pieces>(commit_clear_, tlp);
  else read_pieces(tlp);
}

void RootPort::read_pieces(Tlp* tlp) {
  const Hpa address(tlp->address.raw());
  if (!shared_.memory.contains(address, tlp->length)) {
    refuse(tlp);
    return;
  }
  link_->up.consumed(TlpClass::non_posted, Bytes{}, now());
  const Bytes unit = shared_.completion_unit, size = tlp->length;
  Time previous = now();
  bool last = false;
  for (Bytes offset; !last;) {
    const Hpa from = address + offset;
    const Bytes length = std::min(size - offset, unit - from.offset_in(unit));
    last = offset + length == size;
    Tlp* piece = tlp;  // the last one is the request, turned round
    if (!last) {
      piece = new Tlp(tlp->op.fork());
      piece->requester = tlp->requester;
      piece->tag = tlp->tag;
      piece->relaxed_ordering = tlp->relaxed_ordering;
    }
    piece->kind = TlpKind::completion_data;
    piece->at = AddressType::untranslated;
    piece->address = Iova(from.raw());
    piece->offset = offset;
    piece->length = length;
    piece->last = last;
    offset += length;
    Time read = shared_.memory.device_read(piece->op, from, length, now());
    if (read < previous) {  // completions of one request leave in ascending order of address
      ledger().charge(piece->op, shared_.station.site(), Cause::OrderingStall, SpanKind::queued, read, previous);
      read = previous;
    }
    previous = read;
    const Time out = shared_.station.delay(piece->op, Cause::RootComplexTransit, read, shared_.transit);
    at<&RootPort::send_data>(out, piece);
  }
}

void RootPort::send_data(Tlp* completion) {
  completion->data = Buffer::make(completion->length);
  shared_.memory.read(Hpa(completion->address.raw()), completion->data.bytes());
  retire(completion->ticket);
  tlp_out.send(completion);
}

void RootPort::access_completion(Tlp* tlp) {
  const Time free = passes_writes(*tlp) ? now() : latest({now()}, {commit_clear_}).at;
  link_->up.consumed(TlpClass::completion, tlp->payload(), free);
  CompletionIf& loads = shared_.loads;
  if (!stall_for_writes(tlp)) {
    loads.completed(tlp);
    return;
  }
  tlp->destination = &loads;
  tlp->fire = [](Wakeable* w) {
    auto* t = static_cast<Tlp*>(w);
    static_cast<CompletionIf*>(t->destination)->completed(t);
  };
  scheduler().wake_at(commit_clear_, tlp);
}

void RootPort::refuse(Tlp* tlp) {
  retire(tlp->ticket);
  link_->up.consumed(tlp->flow_class(), tlp->payload(), now());
  if (tlp->kind == TlpKind::memory_write) {
    ++shared_.dropped_writes;
    delete tlp;
    return;
  }
  ++shared_.unsupported_reads;
  tlp->kind = TlpKind::completion;
  tlp->status = CplStatus::unsupported_request;
  tlp->length = tlp->offset = Bytes{};
  tlp->last = true;
  tlp_out.send_at(shared_.station.delay(tlp->op, Cause::RootComplexTransit, account_end(tlp->op), shared_.transit),
                  tlp);
}

}  // namespace viosim::pcie
