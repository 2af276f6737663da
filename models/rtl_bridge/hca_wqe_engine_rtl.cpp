#include "rtl_bridge/hca_wqe_engine_rtl.h"

#include <bit>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace viosim::rtl_bridge {
namespace {

constexpr std::size_t kBlock = hca_abi::kBlock, kSegment = hca_abi::kSegment;

std::int64_t cycles_of(Duration d, Frequency f) {
  __extension__ using Wide = __int128;
  return static_cast<std::int64_t>((static_cast<Wide>(d.raw()) * f.raw() + kPsPerSecond - 1) / kPsPerSecond);
}

/// `value`, if the block is built for it.
unsigned fits(const char* key, std::int64_t value, std::int64_t most) {
  if (value > most)
    throw std::invalid_argument(std::string(key) + " = " + std::to_string(value) + " is beyond what the RTL engine is built for: " +
                                std::to_string(most));
  return static_cast<unsigned>(value);
}

std::uint8_t log2_of(std::uint64_t v) { return static_cast<std::uint8_t>(std::bit_width(v) - 1); }

}  // namespace

HcaWqeEngineRtl::HcaWqeEngineRtl(const std::string& path, const hca::HcaParams& params)
    : path_(path), clock_(*params.datapath_clock, *this),
      pins_(path, fits("message_interval, in cycles,", cycles_of(*params.message_interval, *params.datapath_clock), 0xffff),
            fits("wqe_reads", params.wqe_reads->raw(), 15), fits("wqes_per_read", params.wqes_per_read->raw(), 256),
            fits("wqe_buffer", params.wqe_buffer->raw(), Pins::kDepth - 1)),
      log_(clock_.cycles(1), Cause::WqeFetch) {}

void HcaWqeEngineRtl::attach(SendEngineClientIf& client, Station& station) {
  client_ = &client;
  station_ = &station;
}

unsigned HcaWqeEngineRtl::slot_of(Qpn qp) const { return slot_by_qp_.find(qp.value); }

void HcaWqeEngineRtl::open(const SendQueue& queue) {
  unsigned s = slot_of(queue.qp);
  if (s == NumberTable::kNone) {
    for (s = 0; s < Pins::kSlots && slots_[s].open; ++s) {}
    if (s == Pins::kSlots)
      throw std::invalid_argument(path_ + ": the RTL engine holds " + std::to_string(Pins::kSlots) +
                                  " queue pairs, one more was connected");
    if (slots_[s].life != 0) slot_by_qp_.set(slots_[s].qp.value, NumberTable::kNone);
    slot_by_qp_.set(queue.qp.value, s);
  }
  Slot& slot = slots_[s];
  slot.qp = queue.qp;
  slot.open = true;
  ++slot.life;
  slot.stride = queue.stride;
  slot.op = Op();
  ++slot.pending;
  configurations_.push({now(), s, true, queue});
  wake();
}

void HcaWqeEngineRtl::close(Qpn qp) {
  const unsigned s = slot_of(qp);
  if (s == NumberTable::kNone || !slots_[s].open) return;
  slots_[s].open = false;
  ++slots_[s].life;
  slots_[s].op = Op();
  ++slots_[s].pending;
  configurations_.push({now(), s, false, {qp, 1, Bytes(64), Bytes(256)}});
  wake();
}

void HcaWqeEngineRtl::doorbell(Qpn qp, Op op) {
  const unsigned s = slot_of(qp);
  if (s == NumberTable::kNone) {
    client_->refused();
    return;
  }
  doorbells_.push({now(), s, slots_[s].life, std::move(op)});
  wake();
}

void HcaWqeEngineRtl::post(Qpn qp, std::uint16_t index, const Buffer& wqe, Op op) {
  const unsigned s = slot_of(qp);
  if (s == NumberTable::kNone) {
    client_->refused();
    return;
  }
  posts_.push({now(), s, slots_[s].life, index, wqe, std::move(op)});
  wake();
}

void HcaWqeEngineRtl::fetched(unsigned tag, CplStatus status, const Buffer& wqes, Op op) {
  answers_.push({now(), tag, status != CplStatus::successful, wqes, std::move(op)});
  wake();
}

void HcaWqeEngineRtl::sent(Qpn qp) {
  const unsigned s = slot_of(qp);
  if (s == NumberTable::kNone) return;
  credits_.push({now(), s, slots_[s].life});
  wake();
}

Cause HcaWqeEngineRtl::waits_for() const { return log_.why() == kNoCause ? Cause::Pipeline : log_.why(); }

/// Puts what came before `t` at the inputs. True: something that wants an answer within the cycle.
bool HcaWqeEngineRtl::present(Time t) {
  const auto old = [&](const auto& from) { return slots_[from.front().slot].life != from.front().life; };
  while (!doorbells_.empty() && old(doorbells_)) doorbells_.pop();
  while (!posts_.empty() && old(posts_)) posts_.pop();
  while (!credits_.empty() && old(credits_)) credits_.pop();
  Pins::In& in = pins_.in;
  in.cycle = clock_.cycle();
  if ((in.cfg_valid = !configurations_.empty() && configurations_.front().at < t)) {
    const Configuration& c = configurations_.front();
    in.cfg_slot = static_cast<std::uint8_t>(c.slot);
    in.cfg_open = c.open;
    in.cfg_log_entries = log2_of(c.queue.entries);
    in.cfg_log_blocks = log2_of(static_cast<std::uint64_t>(c.queue.stride.raw()) / kBlock);
    in.cfg_log_mtu = log2_of(static_cast<std::uint64_t>(c.queue.mtu.raw()) / 256);
  }
  if ((in.doorbell_valid = !doorbells_.empty() && doorbells_.front().at < t))
    in.doorbell_slot = static_cast<std::uint8_t>(doorbells_.front().slot);
  if ((in.push_valid = !posts_.empty() && posts_.front().at < t)) {
    const Push& p = posts_.front();
    in.push_slot = static_cast<std::uint8_t>(p.slot);
    in.push_index = p.index;
    in.push_blocks = static_cast<std::uint8_t>(static_cast<std::size_t>(p.wqe.size().raw()) / kBlock);
  }
  if ((in.read_done = !answers_.empty() && answers_.front().at < t)) {
    in.read_done_tag = static_cast<std::uint8_t>(answers_.front().tag);
    in.read_error = answers_.front().error;
  }
  if ((in.credit = !credits_.empty() && credits_.front().at < t))
    in.credit_slot = static_cast<std::uint8_t>(credits_.front().slot);
  return in.cfg_valid || in.doorbell_valid || in.push_valid;
}

/// What the edge took leaves its queue. Before the edge, while the block's answers stand.
void HcaWqeEngineRtl::take_inputs() {
  const Pins::In& in = pins_.in;
  const Pins::Out& out = pins_.out;
  if (in.cfg_valid && out.cfg_ready) --slots_[configurations_.pop().slot].pending;
  if (in.doorbell_valid && out.doorbell_ready) {
    Doorbell d = doorbells_.pop();
    slots_[d.slot].op = std::move(d.op);
    ++slots_[d.slot].rings;
  }
  if (in.push_valid && out.push_ready) {
    Push p = posts_.pop();
    pushes_[out.push_tag] = {p.wqe, std::move(p.op), p.slot, p.life, 0};
  }
  if (in.read_done) {
    Answer a = answers_.pop();
    reads_[a.tag].bytes = a.wqes;
    reads_[a.tag].op = std::move(a.op);
  }
  if (in.credit) credits_.pop();
}

bool HcaWqeEngineRtl::edge() {
  if (present(now())) pins_.settle();
  take_inputs();
  pins_.edge(static_cast<std::uint64_t>(now().ps()));
  outputs();
  show_buffer();
  log_.say(static_cast<Cause>(pins_.out.cause), *station_);
  return pins_.out.quiescent && configurations_.empty() && doorbells_.empty() && posts_.empty() && answers_.empty() &&
         credits_.empty();
}

void HcaWqeEngineRtl::outputs() {
  const Pins::Out& out = pins_.out;
  if (out.beat) beat();
  if (out.wqe) wqe();
  if (out.free) release();
  if (out.read) read();
  if (out.refused) client_->refused();
  if (!out.packet) return;
  const Slot& slot = slots_[out.packet_slot];
  if (slot.open && slot.pending == 0)
    client_->packet(slot.qp, {out.packet_offset, out.packet_length, out.packet_first, out.packet_last});
}

void HcaWqeEngineRtl::read() {
  const Pins::Out& out = pins_.out;
  Slot& slot = slots_[out.read_slot];
  Op op = slot.op.fork();
  log_.charge(op, *station_);
  Held& into = reads_[out.read_tag];
  into = {};
  into.slot = out.read_slot;
  into.life = slot.life;
  into.rings = slot.rings;
  client_->read(slot.qp, out.read_tag, out.read_place, out.read_count, std::move(op));
}

void HcaWqeEngineRtl::beat() {
  const Pins::Out& out = pins_.out;
  const Held& from = held(out.beat_push, out.beat_tag);
  const std::size_t at = std::size_t{out.beat_block} * kBlock;
  if (!inside_) {
    inside_ = true;
    begin_ = at;
    inline_ = {};
    inline_size_ = 0;
  }
  for (unsigned k = 0; k < 4; ++k) {
    if ((out.beat_inline >> k & 1) == 0) continue;
    const std::size_t n = out.beat_inline_length >> (6 * k) & 0x3f;
    if (inline_.bytes().empty()) inline_ = Buffer::make(slots_[from.slot].stride);
    std::memcpy(inline_.bytes().data() + inline_size_, from.bytes.bytes().data() + at + k * kSegment + 4, n);
    inline_size_ += n;
  }
}

void HcaWqeEngineRtl::wqe() {
  const Pins::Out& out = pins_.out;
  inside_ = false;
  Held& from = held(out.beat_push, out.beat_tag);
  Slot& slot = slots_[out.wqe_slot];
  if (!slot.open || from.life != slot.life) return;  // closed meanwhile
  ParsedWqe w;
  const std::size_t size = std::min(static_cast<std::size_t>(slot.stride.raw()),
                                    static_cast<std::size_t>(from.bytes.size().raw()) - begin_);
  w.bytes = from.bytes.slice(Bytes(static_cast<std::int64_t>(begin_)), Bytes(static_cast<std::int64_t>(size)));
  w.index = out.wqe_index;
  w.opcode = static_cast<hca_abi::Opcode>(out.wqe_opcode);
  w.signaled = out.wqe_signaled;
  w.remote_address = out.wqe_remote_address;
  w.rkey = out.wqe_rkey;
  w.swap_or_add = out.wqe_swap_or_add;
  w.compare = out.wqe_compare;
  w.error = static_cast<hca_abi::Syndrome>(out.wqe_error);
  w.length = out.wqe_length;
  w.is_inline = out.wqe_inline;
  if (w.is_inline) {
    w.inline_data = std::move(inline_);
  } else if (w.error == hca_abi::Syndrome::none && out.wqe_units > out.wqe_data_at) {
    w.data_at = out.wqe_data_at * kSegment;
    w.data_count = out.wqe_units - out.wqe_data_at;
  }
  Op op = from.op.fork();
  log_.charge(op, *station_);
  client_->accept(slot.qp, w, std::move(op));
}

void HcaWqeEngineRtl::release() {
  const Pins::Out& out = pins_.out;
  inside_ = false;
  Held& gone = held(out.free_push, out.free_tag);
  Slot& slot = slots_[gone.slot];
  if (slot.life == gone.life) {
    if (out.broken) {
      log_.charge(gone.op, *station_);
      client_->broken(slot.qp, std::move(gone.op));
    } else if (out.free_push || slot.rings == gone.rings) {
      slot.op = std::move(gone.op);
    }
    if (out.free_push) ++slot.rings;
  }
  gone = {};
}

void HcaWqeEngineRtl::show_buffer() {
  const Pins::Out& out = pins_.out;
  const std::span<const std::byte> bytes = std::as_const(held(out.buffer_push, out.buffer_tag).bytes).bytes();
  const std::size_t at = std::size_t{out.buffer_block} * kBlock;
  pins_.buffer_data(at < bytes.size() ? bytes.subspan(at) : std::span<const std::byte>{});
}

}  // namespace viosim::rtl_bridge
