// The DMA half of the endpoint.
#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

#include "pcie/endpoint.h"

namespace viosim::pcie {
namespace {

constexpr Bytes kPage{4096};

/// No TLP crosses a 4 KB boundary (PCI Express Base Specification 3.0, 2.2.7).
Bytes piece_of(Iova address, Bytes left, Bytes most) {
  return std::min({left, most, kPage - address.offset_in(kPage)});
}

/// Apart: most writes end before anybody waits for them.
[[gnu::noinline]] void wake_all(Event& done) { done.notify(); }

}  // namespace

void Endpoint::submit(DmaRequest& request) {
  request.status = CplStatus::successful;
  request.finished = false;
  if (request.length <= Bytes{}) finish(request);
  else if (request.is_read) submit_read(request);
  else submit_write(request);
}

void Endpoint::finish(DmaRequest& request) {
  request.finished = true;
  if (request.done.awaited()) wake_all(request.done);
}

void Endpoint::submit_read(DmaRequest& request) {
  if (request.data.size() != request.length) request.data = {};  // a lone completion brings the bytes where they stay
  auto* job = new ReadJob;
  job->request = &request;
  (reads_ == nullptr ? reads_ : reads_tail_->next) = job;
  reads_tail_ = job;
  if (reads_ == job) pump_reads();
  if (reads_ != nullptr)  // it, or one before it, waits
    ++(read_stall_ == Cause::TagExhausted ? counts_.tag_stalls : counts_.buffer_stalls);
}

void Endpoint::data_missing(const DmaRequest& request) const {
  throw std::logic_error(std::string(name()) + ": a DMA write of " + std::to_string(request.length.raw()) +
                         " bytes brings " + std::to_string(request.data.size().raw()));
}

void Endpoint::submit_write(DmaRequest& request) {
  if (request.data.size() != request.length) data_missing(request);
  for (Bytes done; done < request.length;) {
    auto* tlp = new Tlp(request.op.fork());
    tlp->kind = TlpKind::memory_write;
    tlp->requester = request.requester;
    tlp->address = request.address + done;
    tlp->at = request.at;
    tlp->length = piece_of(tlp->address, request.length - done, max_payload_);
    tlp->data = request.data.slice(done, tlp->length);
    tlp->relaxed_ordering = request.relaxed_ordering;
    tlp->poisoned = request.poisoned;
    done += tlp->length;
    tlp_out.send(tlp);
  }
  const LinkDirection& up = link_->up;
  if (up.posted_waits()) unlaunched_.push({&request, up.posted_sent()});
  else written_at(up.last_start(), request);
}

bool Endpoint::write_at_once(Bdf requester, Iova address, Buffer& data, const Op& op) {
  const Bytes length = data.size();
  if (length <= Bytes{} || piece_of(address, length, max_payload_) != length || !link_->up.sends_at_once(length))
    return false;
  auto* tlp = new Tlp(op.fork());
  tlp->requester = requester;
  tlp->address = address;
  tlp->length = length;
  tlp->data = std::move(data);
  tlp_out.send(tlp);
  return true;
}

void Endpoint::posted_launched() {
  while (!unlaunched_.empty() && unlaunched_.front().writes <= link_->up.posted_launched()) {
    DmaRequest& request = *unlaunched_.pop().request;
    station_.charge_past(request.op, Cause::CreditStall, SpanKind::queued, request.op.last());
    written_at(link_->up.last_start(), request);
  }
}

void Endpoint::posted_granted(Op waited) {
  if (unlaunched_.empty() || unlaunched_.front().writes > link_->up.posted_launched()) return;
  DmaRequest& request = *unlaunched_.pop().request;
  request.op = std::move(waited);
  written_at(link_->up.last_start(), request);
}

void Endpoint::written_at(Time at, DmaRequest& request) {
  if (at <= now()) finish(request);
  else finish_at(at, request);
}

void Endpoint::finish_at(Time at, DmaRequest& request) {
  station_.delay(request.op, Cause::LinkSerialization, now(), at - now());
  request.fire = [](Wakeable* w) { finish(*static_cast<DmaRequest*>(w)); };
  scheduler().wake_at(at, &request);
}

void Endpoint::pump_reads() {
  while (reads_ != nullptr) {
    ReadJob& job = *reads_;
    const DmaRequest& request = *job.request;
    const Iova address = request.address + job.asked;
    const Bytes length = piece_of(address, request.length - job.asked, max_read_request_);
    const Cause missing = free_tags_.empty() ? Cause::TagExhausted
                          : buffered_ + length > completion_buffer_ ? Cause::CreditStall : kNoCause;
    // The stretch since it was last looked at belongs to what was missing then.
    if (job.request->op.last() < now() && read_stall_ != kNoCause)
      station_.charge_past(job.request->op, read_stall_, SpanKind::queued, job.request->op.last());
    if (missing != kNoCause) {
      read_stall_ = missing;
      return;
    }
    if (job.asked + length == request.length) reads_ = job.next;
    ask(job, address, length);
  }
}

void Endpoint::ask(ReadJob& job, Iova address, Bytes length) {
  DmaRequest& request = *job.request;
  const std::uint16_t number = free_tags_.pop();
  auto* tlp = new Tlp(request.op.fork());
  tlp->kind = TlpKind::memory_read;
  tlp->requester = request.requester;
  tlp->tag = number;
  tlp->address = address;
  tlp->at = request.at;
  tlp->length = length;
  tlp->relaxed_ordering = request.relaxed_ordering;
  ReadTag& tag = tags_[number];
  tag = {&job, job.asked, length, Bytes{}, now() + completion_timeout_};
  buffered_ += length;
  job.asked += length;
  if (!timeout_.armed()) timeout_.arm(tag.deadline);
  tlp_out.send(tlp);
}

void Endpoint::complete(Tlp* tlp) {
  ReadTag* const tag = tlp->tag < tags_.size() ? &tags_[tlp->tag] : nullptr;
  const bool with_data = tlp->kind == TlpKind::completion_data && tlp->status == CplStatus::successful;
  const bool expected =
      tag != nullptr && tag->job != nullptr && tag->job->request->requester == tlp->requester &&
      (with_data ? tlp->offset >= Bytes{} && tlp->length > Bytes{} && tlp->length == tlp->data.size() &&
                       tlp->length <= tag->length - tag->received && tlp->offset <= tag->length - tlp->length
                 : tlp->status != CplStatus::successful);
  if (!expected) {
    ++counts_.unexpected;
    delete tlp;
    return;
  }
  ReadJob& job = *tag->job;
  Bytes settled;
  if (with_data) {
    put(*job.request, tag->offset + tlp->offset, tlp->data);
    tag->received += tlp->length;
    settled = tlp->length;
  } else {
    ++counts_.refused;
    settled = tag->length - tag->received;
    tag->received = tag->length;
  }
  if (tag->received == tag->length) free_tag(tlp->tag);
  if (tlp->poisoned) ++counts_.poisoned;
  settle(job, settled, tlp->poisoned ? CplStatus::poisoned : tlp->status, tlp->op);
  delete tlp;
  if (reads_ != nullptr) pump_reads();
}

void Endpoint::put(DmaRequest& request, Bytes offset, Buffer& piece) {
  if (request.data.size() == Bytes{}) {
    if (piece.size() == request.length) {
      request.data = std::move(piece);
      return;
    }
    request.data = Buffer::make(request.length);
  }
  const auto from = std::as_const(piece).bytes();
  std::memcpy(request.data.bytes().data() + offset.raw(), from.data(), from.size());
}

void Endpoint::free_tag(std::uint16_t number) {
  ReadTag& tag = tags_[number];
  buffered_ -= tag.length;
  tag = ReadTag{};
  free_tags_.push(number);
}

void Endpoint::settle(ReadJob& job, Bytes length, CplStatus status, Op& op) {
  DmaRequest& request = *job.request;
  if (status != CplStatus::successful) request.status = status;
  job.answered += length;
  if (job.answered < request.length) return;
  if (request.status != CplStatus::successful) {
    if (request.data.size() == Bytes{}) request.data = Buffer::make(request.length);
    const auto bytes = request.data.bytes();
    std::fill(bytes.begin(), bytes.end(), std::byte{0});
  }
  request.op = std::move(op);
  delete &job;
  finish(request);
}

void Endpoint::expire() {
  for (std::size_t i = 0; i < tags_.size(); ++i) {
    ReadTag& tag = tags_[i];
    if (tag.job == nullptr || tag.deadline > now()) continue;
    ++counts_.timeouts;
    ReadJob& job = *tag.job;
    const Bytes missing = tag.length - tag.received;
    free_tag(static_cast<std::uint16_t>(i));
    Op op = job.request->op.fork();
    station_.charge_past(op, Cause::DmaRead, SpanKind::queued, op.last());
    settle(job, missing, CplStatus::completer_abort, op);
  }
  pump_reads();
  Time next = Time::never();
  for (const ReadTag& tag : tags_)
    if (tag.job != nullptr) next = std::min(next, tag.deadline);
  if (next != Time::never()) timeout_.arm(next);
}

}  // namespace viosim::pcie
