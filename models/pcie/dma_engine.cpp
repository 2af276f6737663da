#include "pcie/dma_engine.h"

#include <algorithm>
#include <string>
#include <utility>

namespace viosim::pcie {

DmaEngine::DmaEngine(sc_core::sc_module_name name, const DmaEngineParams& params, DmaIf& bus, Bytes max_payload,
                     Bytes max_read_request)
    : sc_module(name), station_(this->name(), 0),
      reads_(std::string(this->name()) + ".reads", params.reads_in_flight->raw()),
      read_issue_(std::string(this->name()) + ".read_issue", 1),
      write_issue_(std::string(this->name()) + ".write_issue", 1),
      bus_out_(std::string(this->name()) + ".bus_out", 1), bus_in_(std::string(this->name()) + ".bus_in", 1), bus_(bus),
      commands_(*this), timing_(params, max_payload, max_read_request), granularity_(*params.granularity),
      read_interval_(*params.read_interval), write_interval_(*params.write_interval), enqueue_(*params.enqueue),
      deliver_(*params.deliver), move_rate_(*params.move_rate), free_reads_(params.reads_in_flight->raw()),
      descriptors_(counters().add(this->name(), "dma_transfers", "descriptors carried out")),
      read_stalls_(counters().add(this->name(), "dma_read_stalls", "pieces that waited for one of the reads in flight")) {
  station_.based_on(Cause::Pipeline, params.enqueue);
  station_.based_on(Cause::Pipeline, params.deliver);
  station_.based_on(Cause::Pipeline, params.move_rate);
  read_issue_.based_on(Cause::RateLimit, params.read_interval);
  write_issue_.based_on(Cause::RateLimit, params.write_interval);
  station_.based_on(Cause::TagExhausted, params.reads_in_flight);
  for (Station* side : {&bus_out_, &bus_in_}) {
    side->based_on(Cause::LinkSerialization, params.bus_width);
    side->based_on(Cause::LinkSerialization, params.bus_clock);
    side->based_on(Cause::LinkSerialization, params.bus_turnaround);
  }
  reads_.based_on(Cause::DmaRead, params.reads_in_flight);
}

void DmaEngine::submit(DmaRequest& request) { start(request, enqueue_, deliver_); }

void DmaEngine::start(DmaRequest& request, Duration enqueue, Duration deliver) {
  request.status = CplStatus::successful;
  request.finished = false;
  ++descriptors_;
  if (request.is_read && request.data.size() != request.length) request.data = Buffer::make(request.length);
  Transfer& transfer = transfers_.take();
  transfer.engine = this;
  transfer.request = &request;
  transfer.deliver = deliver;
  transfer.unanswered = transfer.unfinished = request.length;
  at<&DmaEngine::enqueued>(station_.delay(request.op, Cause::Pipeline, now(), enqueue), transfer);
}

void DmaEngine::enqueued(Transfer& transfer) {
  DmaRequest& whole = *transfer.request;
  if (whole.length <= Bytes{}) {  // nothing to carry out
    signal(transfer);
    return;
  }
  for (Bytes done; done < whole.length;) {
    Piece& piece = pieces_.take();
    piece.engine = this;
    piece.transfer = &transfer;
    DmaRequest& part = piece.request;
    part.is_read = whole.is_read;
    part.requester = whole.requester;
    part.address = whole.address + done;
    part.length = std::min(whole.length - done, granularity_);
    part.data = whole.data.slice(done, part.length);
    done += part.length;
    part.op = done < whole.length ? whole.op.fork() : std::move(whole.op);
    wait_or_issue(piece);
  }
}

void DmaEngine::wait_or_issue(Piece& piece) {
  if (!piece.request.is_read || free_reads_ > 0) {
    issue(piece);
  } else {
    ++read_stalls_;
    waiting_.push(&piece);
  }
}

void DmaEngine::issue(Piece& piece) {
  DmaRequest& part = piece.request;
  if (part.is_read) {
    --free_reads_;
    issued_.push(now());
  }
  const Time issued = part.is_read ? read_issue_.pass(part.op, next_read_, Cause::RateLimit, read_interval_)
                                   : write_issue_.pass(part.op, next_write_, Cause::RateLimit, write_interval_);
  const Duration cycles = part.is_read ? timing_.request(part.length) : timing_.write(part.length);
  at<&DmaEngine::on_bus>(bus_out_.pass_from(part.op, issued, out_, Cause::LinkSerialization, cycles), piece);
}

void DmaEngine::on_bus(Piece& piece) {
  piece.fire = [](Wakeable* w) {
    auto& self = *static_cast<Piece*>(w);
    self.engine->answered(self);
  };
  piece.request.done.add(piece);
  bus_.submit(piece.request);
}

void DmaEngine::answered(Piece& piece) {
  DmaRequest& part = piece.request;
  Transfer& transfer = *piece.transfer;
  transfer.unanswered -= part.length;
  const bool last = transfer.unanswered == Bytes{};
  Time end = now();
  if (part.is_read) {
    end = bus_in_.pass(part.op, in_, Cause::LinkSerialization, timing_.completion(part.length));
    // Once all data is there it moves on as a whole.
    if (last) end = station_.delay(part.op, Cause::Pipeline, end, transfer.request->length / move_rate_);
  }
  if (last) end = station_.delay(part.op, Cause::Pipeline, end, transfer.deliver);
  at<&DmaEngine::finish>(end, piece);
}

void DmaEngine::finish(Piece& piece) {
  Transfer& transfer = *piece.transfer;
  DmaRequest &whole = *transfer.request, &part = piece.request;
  if (part.status != CplStatus::successful) whole.status = part.status;
  if (part.is_read) {
    // Whichever ends, what was issued first is booked: the same number is busy, and bookings keep their order.
    reads_.worked(part.op, Cause::DmaRead, issued_.pop());
    ++free_reads_;
    if (!waiting_.empty()) {
      Piece& next = *waiting_.pop();
      station_.charge_past(next.request.op, Cause::TagExhausted, SpanKind::queued, next.request.op.last());
      issue(next);
    }
  }
  transfer.unfinished -= part.length;
  if (transfer.unfinished == Bytes{}) {
    whole.op = std::move(part.op);
    signal(transfer);
  }
  pieces_.give(piece);
}

void DmaEngine::signal(Transfer& transfer) {
  DmaRequest& whole = *transfer.request;
  transfers_.give(transfer);
  whole.finished = true;
  whole.done.notify();
}

}  // namespace viosim::pcie
