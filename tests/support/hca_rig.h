// Two HCAs, back to back, each with a flat host memory behind a DMA stub: for tests of the hca room.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "hca/hca.h"
#include "support/literal_params.h"

namespace viosim::test {
// A namespace of its own: rigs of different rooms may use the same names.
inline namespace hca_rig {

/// Round numbers: 16 B a nanosecond inside, 100 ns out, 200 ns in, 50 ns a read, a message each 180 ns.
inline LiteralParams hca_literals() {
  return LiteralParams{{"message_interval", "180 ns"}, {"tx_pipeline", "100 ns"},    {"rx_pipeline", "200 ns"},
                       {"dma_engine_latency", "50 ns"}, {"datapath_width", "16 B"},  {"datapath_clock", "1 GHz"},
                       {"wqe_reads", "4"},              {"wqes_per_read", "8"},      {"wqe_buffer", "32"},
                       {"gather_reads", "16"},          {"send_window", "64"},       {"qp_cache", "64"},
                       {"mpt_cache", "64"},             {"mtt_cache", "1024"},       {"cache_ways", "4"},
                       {"blueflame", "256 B"},          {"vf_blueflame", "false"}};
}

/// Reads take 500 ns, a write is handed over after 10 ns and in memory then. 64 MB, the rest does not answer.
class StubHost : public DmaIf {
 public:
  struct Landing { Time at; std::uint64_t address; Bytes length; Bdf requester; Op op; };
  static constexpr std::size_t kSize = 64u << 20;
  explicit StubHost(const std::string& path) : station_(path, 0) {}
  void submit(DmaRequest& r) override {
    const Duration d = r.is_read ? read_time : write_time;
    const Time begin = r.is_read ? now() : latest({now()}, {write_free_}).at;
    // From now, not from where the account stands: a gap is the ledger's exception.
    if (begin > now()) ledger().charge(r.op, station_.site(), Cause::LinkSerialization, SpanKind::queued, now(), begin);
    station_.delay(r.op, Cause::LinkSerialization, begin, d);
    if (!r.is_read) write_free_ = begin + d;
    r.destination = this;
    r.fire = [](Wakeable* w) {
      auto* const request = static_cast<DmaRequest*>(w);
      static_cast<StubHost*>(request->destination)->finish(*request);
    };
    scheduler().wake_at(begin + d, &r);
  }
  std::uint64_t allocate(std::size_t size) {
    const std::uint64_t at = next_;
    next_ = (next_ + size + 4095) / 4096 * 4096;
    return at;
  }
  std::span<std::byte> at(std::uint64_t address, std::size_t length) { return {memory_.data() + address, length}; }
  bool contains(std::uint64_t a, std::uint64_t n) const {
    return a < kSize && n <= kSize - a && !(a < hole_end && a + n > hole);
  }
  std::vector<Landing> landed;
  std::vector<std::uint32_t> messages;  ///< interrupt messages
  std::uint64_t reads = 0, faults = 0, hole = 0, hole_end = 0;
  Duration read_time = nanoseconds(500), write_time = nanoseconds(10);
  bool keep = true;

 private:
  void finish(DmaRequest& r) {
    const auto n = static_cast<std::size_t>(r.length.raw());
    const std::uint64_t a = r.address.raw();
    if (r.is_read) {
      ++reads;
      r.data = Buffer::make(r.length);
      std::ranges::fill(r.data.bytes(), std::byte{0});
      if (contains(a, n)) std::ranges::copy(at(a, n), r.data.bytes().begin());
      else { r.status = CplStatus::unsupported_request; ++faults; }
    } else if (a >= kMsiWindow && a < kMsiWindow + kMsiWindowSize) {
      messages.push_back(std::to_integer<std::uint32_t>(r.data.bytes()[0]));
    } else if (contains(a, n)) {
      std::ranges::copy(r.data.bytes(), at(a, n).begin());
    } else {
      ++faults;
    }
    if (!r.is_read && keep) landed.push_back({now(), a, r.length, r.requester, r.op.fork()});
    r.finished = true;
    r.done.notify();
  }
  Station station_;
  std::vector<std::byte> memory_ = std::vector<std::byte>(kSize);
  std::uint64_t next_ = 4096;
  Time write_free_;
};

/// One direction of the wire: 300 ns; `fault` may drop (false), corrupt or delay what passes.
struct Wire : sc_core::sc_module {
  explicit Wire(sc_core::sc_module_name name) : sc_module(name), station_(std::string(this->name()), 0) {
    in.deliver_to<&Wire::arrive>(this);
  }
  void arrive(IbPacket* p) {
    ++seen;
    Duration d = nanoseconds(300);
    if (fault && !fault(*p, d)) { delete p; return; }
    out.send_at(station_.delay(p->op, Cause::LinkPropagation, now(), d), p);
  }
  In<IbPacket> in{"in"};
  Out<IbPacket> out{"out"};
  std::function<bool(IbPacket&, Duration&)> fault;
  std::uint64_t seen = 0;

 private:
  Station station_;
};

struct Completion {
  std::uint32_t qp = 0, bytes = 0;
  std::uint16_t index = 0;
  bool send = false, error = false;
  hca_abi::Syndrome syndrome{};
  std::uint8_t opcode = 0;
  bool operator==(const Completion&) const = default;
};

/// An HCA, its memory, one queue pair with its rings, and a driver's hands.
struct HcaNode {
  static constexpr std::uint32_t kEntries = 64, kCqEntries = 256;
  HcaNode(const std::string& name, std::uint16_t lid, LiteralParams in)
      : host(name + "_host"), hca(name.c_str(), hca::HcaParams(in), Lid{lid}, {Bdf{0x100}, Bdf{0x101}}) {
    hca.attach(host);
    hca.map_icm(Iova(host.allocate(1 << 20)), Bytes(1 << 20));
    create(0);
  }
  void create(unsigned function, std::uint32_t cq_entries = kCqEntries) {
    pd = hca.alloc_pd(function);
    eq_ring = host.allocate(64 * hca_abi::kEqeSize);
    eq = hca.create_eq(function, Iova(eq_ring), 64, kMsiWindow, 0x41);
    cq_ring = host.allocate(cq_entries * hca_abi::kCqeSize);
    cq_size = cq_entries;
    for (std::uint32_t i = 0; i < cq_entries; ++i)
      host.at(cq_ring + i * hca_abi::kCqeSize, 32)[hca_abi::kCqeOwner] = std::byte{0x80};
    cq_record = host.allocate(8);
    cq = hca.create_cq(function, {Iova(cq_ring), cq_entries, Iova(cq_record), eq});
    send_ring = host.allocate(kEntries * stride);
    for (std::uint32_t i = 0; i < kEntries; ++i)
      hca_abi::put<std::uint32_t>(host.at(send_ring + i * stride, stride), 0, ~0u);
    receive_ring = host.allocate(kEntries * 16);
    receive_record = host.allocate(4);
    qp = hca.create_qp(function, {pd, Iova(send_ring), Iova(receive_ring), kEntries, kEntries,
                                  Bytes(static_cast<std::int64_t>(stride)), Bytes(16), Iova(receive_record), cq, cq});
    sends = consumed = 0;
    receives = 0;
    bdf = hca.function(function).bdf;
    buffer = host.allocate(1 << 20);
    keys = registered(function, buffer, 1 << 20);
  }
  /// Memory [at, at + size) at the same virtual address.
  MrKeys registered(unsigned function, std::uint64_t at, std::size_t size,
                    MrAccess access = {true, true, true, true}) {
    std::vector<Iova> pages;
    for (std::uint64_t page = at / 4096 * 4096; page < at + size; page += 4096) pages.emplace_back(page);
    return *hca.reg_mr(function, pd, Gva(at), Bytes(static_cast<std::int64_t>(size)), access, pages);
  }

  struct Post {
    hca_abi::Opcode opcode = hca_abi::Opcode::rdma_write;
    std::uint64_t local = 0, length = 0, remote = 0;
    std::uint32_t lkey = 0, rkey = 0;
    bool inline_data = false, signaled = true, ring = true;
    std::uint64_t swap_add = 0, compare = 0;
  };
  /// Writes the WQE into its ring; answers its size.
  std::size_t build(const Post& w) {
    using hca_abi::put;
    std::span<std::byte> s = host.at(send_ring + sends % kEntries * stride, stride);
    std::size_t at = 16;
    if (w.opcode != hca_abi::Opcode::send && w.opcode != hca_abi::Opcode::nop) {
      put<std::uint64_t>(s, at, w.remote);
      put<std::uint32_t>(s, at + 8, w.rkey);
      at += 16;
    }
    if (w.opcode == hca_abi::Opcode::atomic_cs || w.opcode == hca_abi::Opcode::atomic_fa) {
      put<std::uint64_t>(s, at, w.swap_add);
      put<std::uint64_t>(s, at + 8, w.compare);
      at += 16;
    }
    if (w.inline_data) {
      std::uint64_t done = 0;
      do {
        const std::size_t room = (at / 64 + 1) * 64 - at - 4, n = std::min<std::size_t>(room, w.length - done);
        put<std::uint32_t>(s, at, hca_abi::kInlineBit | static_cast<std::uint32_t>(n));
        std::ranges::copy(host.at(w.local + done, n), s.begin() + static_cast<std::ptrdiff_t>(at) + 4);
        done += n;
        at = (at + 4 + n + 15) / 16 * 16;
      } while (done < w.length);
    } else if (w.opcode != hca_abi::Opcode::nop) {
      put<std::uint32_t>(s, at, w.length == 0 ? hca_abi::kZeroLength : static_cast<std::uint32_t>(w.length));
      put<std::uint32_t>(s, at + 4, w.lkey);
      put<std::uint64_t>(s, at + 8, w.local);
      at += 16;
    }
    put<std::uint32_t>(s, 4, static_cast<std::uint32_t>(at / 16));
    put<std::uint32_t>(s, 8, w.signaled ? hca_abi::kGenerateCqe : 0);
    const std::uint32_t owner = (sends & kEntries) != 0 ? hca_abi::kOwnerBit : 0;
    put<std::uint32_t>(s, 0, static_cast<std::uint32_t>(w.opcode) | owner);
    return at;
  }
  void post(const Post& w, Op op = {}) {
    build(w);
    ++sends;
    if (w.ring) ring_doorbell(std::move(op));
  }
  void ring_doorbell(Op op = {}) { write32(hca_abi::kSendDoorbell, qp.value << 8, std::move(op)); }
  void write32(std::uint64_t offset, std::uint32_t value, Op op = {}) {
    Buffer b = Buffer::make(Bytes(4));
    hca_abi::put<std::uint32_t>(b.bytes(), 0, value);
    write(offset, b, std::move(op));
  }
  void write(std::uint64_t offset, const Buffer& data, Op op = {}) {
    auto* const tlp = new Tlp;
    tlp->target = bdf;
    tlp->bar = hca_abi::kUarBar;
    tlp->address = Iova(offset);
    tlp->length = data.size();
    tlp->data = data;
    tlp->op = op.traced() ? std::move(op) : Op::open(now());  // so that a gap in any account shows
    hca.bar_write(tlp);
  }
  /// Posts through the BlueFlame page, line by line.
  void post_blueflame(const Post& w, Op op = {}) {
    const std::size_t size = (build(w) + 63) / 64 * 64;
    Buffer b = Buffer::make(Bytes(static_cast<std::int64_t>(size)));
    std::ranges::copy(host.at(send_ring + sends % kEntries * stride, size), b.bytes().begin());
    const auto first = hca_abi::get<std::uint32_t>(b.bytes(), 0);
    hca_abi::put<std::uint32_t>(b.bytes(), 0, first | ((sends & 0xffff) << hca_abi::kBlueFlameIndexShift));
    hca_abi::put<std::uint32_t>(b.bytes(), 4, (qp.value << 8) | hca_abi::get<std::uint32_t>(b.bytes(), 4));
    ++sends;
    for (std::size_t i = 0; i < size; i += 64)
      write(hca_abi::kBlueFlame + i, b.slice(Bytes(static_cast<std::int64_t>(i)), Bytes(64)),
            i + 64 < size ? op.fork() : std::move(op));
  }
  void post_receive(std::uint64_t at, std::uint32_t length, std::uint32_t lkey) {
    std::span<std::byte> s = host.at(receive_ring + receives % kEntries * 16, 16);
    hca_abi::put<std::uint32_t>(s, 0, length);
    hca_abi::put<std::uint32_t>(s, 4, lkey);
    hca_abi::put<std::uint64_t>(s, 8, at);
    hca_abi::put<std::uint32_t>(host.at(receive_record, 4), 0, ++receives & 0xffff);
  }
  void arm(std::uint32_t consumer) {
    Buffer b = Buffer::make(Bytes(8));
    hca_abi::put<std::uint32_t>(b.bytes(), 0, hca_abi::kArmNext | cq.value);
    hca_abi::put<std::uint32_t>(b.bytes(), 4, consumer);
    write(hca_abi::kCqDoorbell, b);
  }
  /// All completions that are there; tells the device so.
  std::vector<Completion> poll(bool tell = true) {
    std::vector<Completion> out;
    for (;;) {
      const std::span<std::byte> c = host.at(cq_ring + consumed % cq_size * 32, 32);
      const auto o = std::to_integer<std::uint8_t>(c[hca_abi::kCqeOwner]);
      if (((o & 0x80) != 0) != ((consumed & cq_size) != 0)) break;
      out.push_back({hca_abi::get<std::uint32_t>(c, 0) & 0xffffff, hca_abi::get<std::uint32_t>(c, 20),
                     hca_abi::get<std::uint16_t>(c, 24), (o & 0x40) != 0, (o & 0x1f) == hca_abi::kCqeError,
                     static_cast<hca_abi::Syndrome>(c[hca_abi::kCqeSyndrome]), static_cast<std::uint8_t>(o & 0x1f)});
      ++consumed;
    }
    if (tell) hca_abi::put<std::uint32_t>(host.at(cq_record, 4), 0, consumed & 0xffffff);
    return out;
  }
  void fill(std::uint64_t at, std::size_t n, unsigned seed) {
    const std::span<std::byte> to = host.at(at, n);
    for (std::size_t i = 0; i < n; ++i) to[i] = static_cast<std::byte>((i * 31 + seed + i / 251) & 0xff);
  }
  std::uint64_t counter(const std::string& what) const {
    for (const Counters::Entry& e : counters().entries())
      if (e.site == hca.name() && e.name == what) return e.value;
    return ~std::uint64_t{0};
  }

  StubHost host;
  hca::Hca hca;
  std::size_t stride = 256;
  Pdn pd;
  Eqn eq;
  Cqn cq;
  Qpn qp;
  Bdf bdf;
  MrKeys keys{};
  std::uint64_t eq_ring = 0, cq_ring = 0, cq_record = 0, send_ring = 0, receive_ring = 0, receive_record = 0;
  std::uint64_t buffer = 0;
  std::uint32_t sends = 0, consumed = 0, receives = 0, cq_size = 0;
};

struct HcaRig {
  explicit HcaRig(LiteralParams in = hca_literals(), const std::string& name = "")
      : a(name + "a", 1, in), b(name + "b", 2, in), ab((name + "ab").c_str()), ba((name + "ba").c_str()) {
    a.hca.packet_out.bind(ab.in);
    ab.out.bind(b.hca.packet_in);
    b.hca.packet_out.bind(ba.in);
    ba.out.bind(a.hca.packet_in);
  }
  void connect(QpConnection c = {}) {
    c.remote_lid = Lid{2};
    c.remote_qp = b.qp;
    c.send_psn = 0xfffffe;  // wraps soon
    c.receive_psn = 100;
    a.hca.connect(a.qp, c);
    c.remote_lid = Lid{1};
    c.remote_qp = a.qp;
    c.send_psn = 100;
    c.receive_psn = 0xfffffe;
    b.hca.connect(b.qp, c);
  }
  /// A write of [a.buffer, + n) to b.buffer.
  HcaNode::Post write(std::uint64_t n, bool inline_data = false) const {
    HcaNode::Post w;
    w.local = a.buffer;
    w.length = n;
    w.remote = b.buffer;
    w.lkey = a.keys.lkey.value;
    w.rkey = b.keys.rkey.value;
    w.inline_data = inline_data;
    return w;
  }
  bool same(std::uint64_t n) { return std::ranges::equal(a.host.at(a.buffer, n), b.host.at(b.buffer, n)); }
  static void run(Duration d) { scheduler().run_until(now() + d); }
  HcaNode a, b;
  Wire ab, ba;
};

/// ps of `cause` in an account, over all sites.
inline std::int64_t spent(const Account& account, Cause cause) {
  std::int64_t sum = 0;
  for (const StackRow& row : account.rows())
    if (row.cause == cause) sum += row.total.raw();
  return sum;
}

}  // namespace hca_rig
}  // namespace viosim::test
