#include "hca/responder.h"

#include <memory>
#include <utility>

#include "hca/completion.h"
#include "hca/faults.h"
#include "hca/receive_queue.h"
#include "hca/receiver.h"

namespace viosim::hca {

using hca_abi::Syndrome;

Responder::Responder(const std::string& path, Engines& engines) : station_(path, 0), e_(engines) {}

std::uint8_t Responder::check_write(QueuePair& qp, const IbPacket& p, const MemoryRegion*& region) {
  const auto size = static_cast<std::uint32_t>(p.payload.size().raw());
  const bool first = p.is_first_or_only();
  if (qp.incoming != (first ? Incoming::none : Incoming::write)) return kAethNakInvalidRequest;
  if (first) {
    qp.incoming_address = p.remote_address;
    qp.incoming_key = p.rkey;
    qp.incoming_left = p.dma_length;
    region = e_.translator.allowed(qp, p.rkey.value, p.remote_address, p.dma_length, Right::remote_write);
    if (region == nullptr && p.dma_length > 0) return kAethNakRemoteAccess;
  } else {
    region = e_.translator.allowed(qp, qp.incoming_key.value, qp.incoming_address, size, Right::remote_write);
  }
  if (p.is_last_or_only() ? size != qp.incoming_left : size != qp.peer.mtu.raw() || size > qp.incoming_left)
    return kAethNakInvalidRequest;
  return kAethAck;
}

void Responder::place(QueuePair& qp, IbPacket& p, bool completes) {
  qp.expected_psn = psn_add(qp.expected_psn, 1);
  if (p.is_last_or_only()) qp.msn = psn_add(qp.msn, 1);
  qp.receive_waits = Cause::DmaWrite;
  const Bytes done = qp.rx_segments.size() > 1 ? place_front(qp, p) : Bytes{};
  bool waits = false;
  if (!qp.rx_segments.empty()) {
    const Segment& last = qp.rx_segments.back();
    Buffer data = std::move(p.payload).slice(done, last.length);
    if (!e_.dma.write_at_once(qp.bdf, last.address, data, p.op)) waits = place_last(qp, p, data);
  }
  if (completes)  // right behind the data: posted writes stay in order
    e_.completion->report_receive(qp, static_cast<std::uint16_t>(qp.receive.consumed - 1), qp.incoming_done,
                                  Syndrome::none, p.op);
  if (p.ack_request && !waits) acknowledge(qp, p.psn, kAethAck, std::move(p.op));
}

Bytes Responder::place_front(QueuePair& qp, const IbPacket& p) {
  Bytes done;
  for (std::size_t i = 0; i + 1 < qp.rx_segments.size(); ++i) {
    const Segment& s = qp.rx_segments[i];
    e_.dma.post(station_, Cause::DmaWrite, qp.bdf, s.address, p.payload.slice(done, s.length), p.op);
    done += s.length;
  }
  return done;
}

bool Responder::place_last(QueuePair& qp, const IbPacket& p, Buffer& data) {
  const Iova at = qp.rx_segments.back().address;
  if (!p.ack_request) {
    e_.dma.post(station_, Cause::DmaWrite, qp.bdf, at, std::move(data), p.op);
    return false;
  }
  std::unique_ptr<DmaJob> last(e_.dma.write(station_, Cause::DmaWrite, qp.bdf, at, std::move(data), p.op.fork()));
  last->owner = &qp;
  last->then = [](DmaJob* job) {
    auto& of = *static_cast<QueuePair*>(job->owner);
    static_cast<Responder*>(of.responses.listener)->placed(of);
  };
  if (e_.dma.begin(*last)) return false;
  qp.placing = std::move(last);
  qp.placing_psn = p.psn;
  qp.placing_resets = qp.resets;
  return true;
}

void Responder::place_write(QueuePair& qp, IbPacket& p) {
  qp.incoming = p.is_last_or_only() ? Incoming::none : Incoming::write;
  qp.incoming_address = qp.incoming_address + p.payload.size();
  qp.incoming_left -= static_cast<std::uint32_t>(p.payload.size().raw());
  place(qp, p, false);
}

bool Responder::write_at_once(QueuePair& qp, IbPacket& p) {
  const MemoryRegion* region = nullptr;
  if (const std::uint8_t answer = check_write(qp, p, region); answer != kAethAck) {
    refuse(qp, p.psn, answer, std::move(p.op));
    return true;
  }
  qp.rx_segments.clear();
  const Cached c = e_.translator.range_at_once(region, qp.incoming_address,
                                               static_cast<std::uint64_t>(p.payload.size().raw()), qp.rx_segments);
  if (c == Cached::good) place_write(qp, p);
  if (c == Cached::refused) refuse(qp, p.psn, kAethNakRemoteAccess, std::move(p.op));
  return c != Cached::missing;
}

bool Responder::request_at_once(QueuePair& qp, IbPacket& p) {
  if (qp.refused) return true;
  const std::int32_t ahead = psn_distance(qp.expected_psn, p.psn);
  if (ahead > 0) {
    if (!std::exchange(qp.nak_sent, true)) {
      ++e_.counters.naks;
      acknowledge(qp, qp.expected_psn, kAethNakPsn, std::move(p.op));
    }
    return true;
  }
  if (ahead < 0) {
    duplicate(qp, p);
    return true;
  }
  qp.nak_sent = false;
  switch (p.opcode) {
    case IbOpcode::read_request: case IbOpcode::compare_swap: case IbOpcode::fetch_add:
      incoming_fetch(qp, p);
      return true;
    case IbOpcode::send_first: case IbOpcode::send_middle: case IbOpcode::send_last: case IbOpcode::send_only:
      return false;
    default: return write_at_once(qp, p);
  }
}

Task<> Responder::request(QueuePair& qp, IbPacket& p) {
  switch (p.opcode) {
    case IbOpcode::send_first: case IbOpcode::send_middle: case IbOpcode::send_last: case IbOpcode::send_only:
      co_await incoming_send(qp, p);
      break;
    default: co_await incoming_write(qp, p); break;
  }
}

Task<> Responder::incoming_write(QueuePair& qp, IbPacket& p) {
  const std::uint32_t generation = qp.resets;
  qp.rx_segments.clear();
  const Verdict v = co_await e_.translator.range(p.op, qp, qp.incoming_key.value, qp.incoming_address,
                                                 static_cast<std::uint64_t>(p.payload.size().raw()),
                                                 Right::remote_write, qp.rx_segments);
  if (qp.resets != generation) co_return;
  if (v == Verdict::refused) refuse(qp, p.psn, kAethNakRemoteAccess, std::move(p.op));
  else place_write(qp, p);
}

Task<> Responder::incoming_send(QueuePair& qp, IbPacket& p) {
  const auto size = static_cast<std::uint32_t>(p.payload.size().raw());
  const bool first = p.is_first_or_only();
  if (first != (qp.incoming == Incoming::none) || (!first && qp.incoming != Incoming::send) ||
      (!p.is_last_or_only() && size != qp.peer.mtu.raw())) {
    refuse(qp, p.psn, kAethNakInvalidRequest, std::move(p.op));
    co_return;
  }
  if (first) {
    qp.receive_waits = Cause::WqeFetch;
    const std::uint32_t generation = qp.resets;
    const Taken taken = co_await e_.receive_queue->next(qp, p.op);
    if (qp.resets != generation) co_return;
    if (taken == Taken::broken) {
      refuse(qp, p.psn, kAethNakRemoteOperational, std::move(p.op));
      co_return;
    }
    if (taken == Taken::none) {
      ++e_.counters.rnr;
      qp.nak_sent = true;  // what follows this packet needs no NAK of its own
      acknowledge(qp, p.psn, static_cast<std::uint8_t>(kAethRnr | (qp.peer.min_rnr_timer & 0x1f)), std::move(p.op));
      co_return;
    }
    qp.incoming = Incoming::send;
    qp.incoming_done = 0;
  }
  std::uint64_t room = 0;
  for (std::size_t i = 0; i < qp.receive_wqe.count; ++i) room += segment_length(qp.receive_wqe[i]);
  if (qp.incoming_done + std::uint64_t{size} > room) {
    refuse_receive(qp, p, Syndrome::local_length, kAethNakInvalidRequest);
    co_return;
  }
  const std::uint32_t generation = qp.resets;
  Verdict v = e_.translator.check(qp, qp.receive_wqe, Right::local_write);
  qp.rx_segments.clear();
  if (v == Verdict::good)
    v = co_await e_.translator.local(p.op, qp, qp.receive_wqe, qp.incoming_done, size, Right::local_write,
                                     qp.rx_segments);
  if (qp.resets != generation) co_return;
  if (v == Verdict::refused) {
    refuse_receive(qp, p, Syndrome::local_protection, kAethNakRemoteOperational);
    co_return;
  }
  qp.incoming_done += size;
  if (p.is_last_or_only()) qp.incoming = Incoming::none;
  place(qp, p, p.is_last_or_only());
}

void Responder::refuse_receive(QueuePair& qp, IbPacket& p, Syndrome local, std::uint8_t nak) {
  qp.incoming = Incoming::none;
  e_.completion->report_receive(qp, static_cast<std::uint16_t>(qp.receive.consumed - 1), 0, local, p.op);
  refuse(qp, p.psn, nak, std::move(p.op));
}

void Responder::placed(QueuePair& qp) {
  const std::unique_ptr<DmaJob> job = std::move(qp.placing);
  if (qp.resets == qp.placing_resets) acknowledge(qp, qp.placing_psn, kAethAck, std::move(job->request.op));
  e_.receiver->run(qp);
}

}  // namespace viosim::hca
