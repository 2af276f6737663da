// rtl/hca_wqe_engine at its pins: several queue pairs, reads that end in any order, credits and posts by chance.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <random>
#include <vector>

#include "protocols/hca_abi.h"
#include "rtl_bridge/hca_wqe_engine_pins.h"

using namespace viosim;
using Pins = rtl_bridge::HcaWqeEnginePins;

namespace {

constexpr std::uint32_t kEntries = 16, kStride = 64, kMtu = 256;

struct Message {
  std::uint32_t length = 0, sent = 0;
};

/// A queue pair: its ring, and what the engine has made of it so far.
struct Queue {
  std::vector<std::byte> ring = std::vector<std::byte>(kEntries * kStride, std::byte{0x80});
  std::uint32_t posted = 0, accepted = 0, finished = 0;
  std::deque<std::uint32_t> lengths;  ///< of what was posted and is not accepted
  std::deque<Message> messages;       ///< accepted, not all sent
  unsigned owed = 0;                  ///< credits

  std::span<std::byte> at(std::uint32_t index) {
    return std::span(ring).subspan(index % kEntries * kStride, kStride);
  }
  void post(std::uint32_t length) {
    const std::span<std::byte> w = at(posted);
    std::ranges::fill(w, std::byte{0});
    hca_abi::put<std::uint32_t>(w, 4, 3);
    hca_abi::put<std::uint32_t>(w, 32, length == 0 ? hca_abi::kZeroLength : length);
    hca_abi::put<std::uint32_t>(w, 0, 0x08u | ((posted & kEntries) != 0 ? hca_abi::kOwnerBit : 0));
    lengths.push_back(length);
    ++posted;
  }
  bool room() const { return posted - finished < kEntries - 1; }
};

class Bench {
 public:
  explicit Bench(unsigned queues, unsigned wqe_buffer = 6, unsigned interval = 3) : pins_("engine", interval, 3, 4, wqe_buffer) {
    queues_.resize(queues);
  }
  void open(unsigned slot, unsigned weight = 1) {
    queues_[slot] = Queue();
    pins_.in.cfg_slot = static_cast<std::uint8_t>(slot);
    pins_.in.cfg_open = pins_.in.cfg_valid = true;
    pins_.in.cfg_log_entries = 4;
    pins_.in.cfg_log_blocks = 0;
    pins_.in.cfg_log_mtu = 0;
    pins_.in.cfg_weight = static_cast<std::uint8_t>(weight);
    ++life_[slot];
    std::erase_if(doorbells_, [&](unsigned s) { return s == slot; });
    std::erase_if(pushes_, [&](const Push& p) { return p.slot == slot; });
  }
  void doorbell(unsigned slot) { doorbells_.push_back(slot); }
  /// The last WQE, through BlueFlame.
  void push(unsigned slot) {
    Queue& q = queues_[slot];
    const std::span<std::byte> w = q.at(q.posted - 1);
    pushes_.push_back({slot, static_cast<std::uint16_t>(q.posted - 1), {w.begin(), w.end()}});
  }
  Queue& queue(unsigned slot) { return queues_[slot]; }
  Pins& pins() { return pins_; }
  const std::vector<unsigned>& order() const { return order_; }
  std::uint64_t refused() const { return refused_; }

  /// A cycle. `answer`: a read in flight is answered; `credit`: a descriptor was used.
  void cycle(bool answer, bool credit, std::mt19937& random) {
    Pins::In& in = pins_.in;
    Pins::Out& out = pins_.out;
    in.cycle = ++cycle_;
    if ((in.doorbell_valid = !doorbells_.empty())) in.doorbell_slot = static_cast<std::uint8_t>(doorbells_.front());
    if ((in.push_valid = !pushes_.empty())) {
      in.push_slot = static_cast<std::uint8_t>(pushes_.front().slot);
      in.push_index = pushes_.front().index;
      in.push_blocks = 1;
    }
    in.read_done = answer && !reads_.empty();
    if (in.read_done) {  // any of them, with what stands in the ring now
      std::swap(reads_[random() % reads_.size()], reads_.back());
      Read r = reads_.back();
      reads_.pop_back();
      in.read_done_tag = static_cast<std::uint8_t>(r.tag);
      in.read_error = false;
      buffers_[r.tag] = life_[r.slot] == r.life
                            ? std::vector<std::byte>(queues_[r.slot].ring.begin() + r.place * kStride,
                                                     queues_[r.slot].ring.begin() + (r.place + r.count) * kStride)
                            : std::vector<std::byte>(r.count * kStride);
    }
    in.credit = false;
    for (unsigned s = 0; credit && s < queues_.size() && !in.credit; ++s) {
      const unsigned slot = (s + cycle_) % static_cast<unsigned>(queues_.size());
      if (queues_[slot].owed == 0) continue;
      in.credit = true;
      in.credit_slot = static_cast<std::uint8_t>(slot);
      --queues_[slot].owed;
    }
    pins_.settle();
    const bool configured = in.cfg_valid && out.cfg_ready;
    before_ = in.cfg_valid && !configured ? in.cfg_slot : ~0u;
    if (in.doorbell_valid && out.doorbell_ready) doorbells_.pop_front();
    if (in.push_valid && out.push_ready) {
      posts_[out.push_tag] = pushes_.front().bytes;
      pushes_.pop_front();
    }
    pins_.edge(cycle_);
    if (configured) in.cfg_valid = false;
    take();
    const std::vector<std::byte>& buffer = out.buffer_push ? posts_[out.buffer_tag] : buffers_[out.buffer_tag];
    const std::size_t at = std::size_t{out.buffer_block} * 64;
    pins_.buffer_data(at < buffer.size() ? std::span(buffer).subspan(at) : std::span<const std::byte>{});
  }
  bool done() const {
    return doorbells_.empty() && pushes_.empty() && reads_.empty() &&
           std::ranges::all_of(queues_, [](const Queue& q) { return q.finished == q.posted; });
  }

 private:
  struct Push { unsigned slot; std::uint16_t index; std::vector<std::byte> bytes; };
  struct Read { unsigned tag, slot; std::uint32_t place, count; std::uint32_t life; };

  void take() {
    const Pins::Out& out = pins_.out;
    refused_ += out.refused;
    if (out.read) {
      REQUIRE(out.read_place + out.read_count <= kEntries);
      REQUIRE(out.read_count <= 4);
      reads_.push_back({out.read_tag, out.read_slot, out.read_place, out.read_count, life_[out.read_slot]});
    }
    if (out.wqe && out.wqe_slot != before_) {
      Queue& q = queues_[out.wqe_slot];
      REQUIRE_FALSE(q.lengths.empty());
      REQUIRE(out.wqe_index == static_cast<std::uint16_t>(q.accepted));
      REQUIRE(out.wqe_length == q.lengths.front());
      ++q.accepted;
      q.messages.push_back({q.lengths.front(), 0});
      q.lengths.pop_front();
    }
    if (out.packet && out.packet_slot != before_) {
      Queue& q = queues_[out.packet_slot];
      REQUIRE_FALSE(q.messages.empty());
      Message& m = q.messages.front();
      REQUIRE(out.packet_first == (m.sent == 0));
      REQUIRE(out.packet_offset == m.sent);
      REQUIRE(out.packet_length == std::min(kMtu, m.length - m.sent));
      m.sent += out.packet_length;
      REQUIRE(out.packet_last == (m.sent == m.length));
      order_.push_back(out.packet_slot);
      ++q.owed;
      if (m.sent == m.length) {
        q.messages.pop_front();
        ++q.finished;
      }
    }
  }

  Pins pins_;
  std::vector<Queue> queues_;
  std::array<std::uint32_t, Pins::kSlots> life_{};
  std::deque<unsigned> doorbells_;
  std::deque<Push> pushes_;
  std::vector<Read> reads_;
  std::array<std::vector<std::byte>, Pins::kReadTags> buffers_;
  std::array<std::vector<std::byte>, Pins::kPushTags> posts_;
  std::vector<unsigned> order_;
  std::uint32_t cycle_ = 0;
  std::uint64_t refused_ = 0;
  unsigned before_ = ~0u;  ///< a slot whose change the block has not seen yet: what it says is of before
};

}  // namespace

TEST_CASE("the WQE engine loses, doubles and reorders nothing, whatever ends when", "[rtl_bridge]") {
  const auto seed = GENERATE(range(1u, 31u));
  std::mt19937 random(seed);
  Bench bench(5);
  for (unsigned s = 0; s < 5; ++s) {
    bench.open(s, 1 + s % 3);
    bench.cycle(false, false, random);
  }
  std::uint32_t posts = 0, reopened = 0;
  for (int i = 0; i < 60'000; ++i) {
    const auto s = static_cast<unsigned>(random() % 5);
    Queue& q = bench.queue(s);
    const bool slow = i / 5000 % 2 == 1;  // phases in which nothing is fast
    if (random() % (slow ? 40 : 6) == 0 && q.room()) {
      q.post(static_cast<std::uint32_t>(random() % 4 == 0 ? random() % 2000 : random() % 2));
      ++posts;
      if (random() % 3 == 0) bench.push(s);
      else bench.doorbell(s);
    }
    if (random() % 4000 == 0 && !bench.pins().in.cfg_valid) {
      bench.open(s, 1 + random() % 3);
      ++reopened;
    }
    bench.cycle(random() % (slow ? 30 : 3) == 0, random() % (slow ? 8 : 1) == 0, random);
  }
  for (int i = 0; i < 20'000 && !bench.done(); ++i) bench.cycle(true, true, random);
  CHECK(bench.done());
  CHECK(posts > 4000);
  CHECK(reopened > 5);
  for (int i = 0; i < 200; ++i) bench.cycle(true, true, random);
  CHECK(bench.pins().out.quiescent);
}

TEST_CASE("queue pairs send by their weights, and none waits for ever", "[rtl_bridge]") {
  std::mt19937 random(1);
  Bench bench(3, 6, 0);
  const std::array<unsigned, 3> weights = {3, 1, 2};
  for (unsigned s = 0; s < 3; ++s) {
    bench.open(s, weights[s]);
    bench.cycle(false, false, random);
  }
  for (unsigned s = 0; s < 3; ++s) {
    bench.queue(s).post(600 * kMtu);
    bench.doorbell(s);
  }
  for (int i = 0; i < 700; ++i) bench.cycle(true, true, random);
  // One descriptor a cycle; in turns of 3, 1, 2.
  const std::vector<unsigned>& order = bench.order();
  REQUIRE(order.size() > 400);
  std::array<unsigned, 3> count{};
  for (std::size_t i = 60; i < 360; ++i) ++count[order[i]];
  CHECK(count == std::array<unsigned, 3>{150, 50, 100});
}

TEST_CASE("a post or a doorbell for a slot that is not open is refused, and nothing else happens", "[rtl_bridge]") {
  std::mt19937 random(1);
  Bench bench(2);
  bench.open(0);
  bench.cycle(false, false, random);
  bench.queue(1).post(64);
  bench.doorbell(1);
  bench.push(1);
  for (int i = 0; i < 50; ++i) bench.cycle(true, true, random);
  CHECK(bench.refused() == 2);
  CHECK(bench.order().empty());
  CHECK(bench.pins().out.quiescent);
}

TEST_CASE("messages start as far apart as they are told, across queue pairs", "[rtl_bridge]") {
  std::mt19937 random(1);
  Bench bench(2, 6, 20);
  for (unsigned s = 0; s < 2; ++s) {
    bench.open(s);
    bench.cycle(false, false, random);
  }
  for (int i = 0; i < 4; ++i) {
    for (unsigned s = 0; s < 2; ++s) {
      bench.queue(s).post(1);
      bench.doorbell(s);
    }
  }
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < 400; ++i) {
    const std::size_t before = bench.order().size();
    bench.cycle(true, true, random);
    if (bench.order().size() != before) starts.push_back(i);
  }
  REQUIRE(starts.size() == 8);
  for (std::size_t i = 1; i < starts.size(); ++i) CHECK(starts[i] - starts[i - 1] == 20);
}
