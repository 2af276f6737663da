// RTL in the loop: cycles a second of a block behind its adapter, clock and ledger against the bare block under the same
// kind of work; and what an RTL block that is idle costs a run.
#include <benchmark/benchmark.h>

#include <chrono>
#include <map>
#include <stdexcept>
#include <string_view>

#include "checksum_program.h"
#include "child.h"
#include "kernel/event.h"
#include "platform/catalogue.h"
#include "platform/scenario.h"
#include "platform/simulate.h"
#include "rtl_bridge/control_processor_rtl.h"
#include "rtl_bridge/hca_wqe_engine_rtl.h"

namespace viosim::bench {
namespace {

constexpr std::uint64_t kCycles = 1'000'000;
constexpr unsigned kStride = 64, kEntries = 64;

/// Parameters out of the air but for what the block needs: a message each few cycles.
class EngineParams : public ParamReader {
 public:
  ParamValue read(const ParamSpec& spec) override {
    ParamValue v;
    v.source = {Origin::assumed, "", "benchmark"};
    static const std::map<std::string_view, std::int64_t> known = {
        {"message_interval", 10'000}, {"datapath_clock", 500'000'000}, {"wqe_reads", 4}, {"wqes_per_read", 8},
        {"wqe_buffer", 32},           {"blueflame", 256}};
    const auto found = known.find(spec.key);
    v.number = found != known.end() ? found->second : spec.low > 0 ? spec.low : 1;
    return v;
  }
};

/// A ring of inline writes; one doorbell after the other.
std::vector<std::byte> ring_of(bool parity) {
  std::vector<std::byte> ring(kStride * kEntries);
  for (unsigned i = 0; i < kEntries; ++i) {
    const std::span<std::byte> w(ring.data() + i * kStride, kStride);
    hca_abi::put<std::uint32_t>(w, 0, 0x08u | (parity ? hca_abi::kOwnerBit : 0));
    hca_abi::put<std::uint32_t>(w, 4, 4);
    hca_abi::put<std::uint32_t>(w, 32, hca_abi::kInlineBit | 16);
  }
  return ring;
}

/// Answers reads at once and uses packets at once; a doorbell behind each message.
class Client final : public SendEngineClientIf {
 public:
  explicit Client(rtl_bridge::HcaWqeEngineRtl& engine) : engine_(engine) {}
  void read(Qpn, unsigned tag, std::uint32_t place, std::uint32_t count, Op op) override {
    const std::vector<std::byte>& ring = rings_[taken_ / kEntries % 2];
    Buffer b = Buffer::make(Bytes(count * kStride));
    std::copy_n(ring.begin() + place * kStride, count * kStride, b.bytes().begin());
    engine_.fetched(tag, CplStatus::successful, b, std::move(op));
  }
  void accept(Qpn, const ParsedWqe&, Op) override { ++taken_; }
  void packet(Qpn qp, PacketDescriptor) override {
    engine_.sent(qp);
    engine_.doorbell(qp, Op());
  }
  void broken(Qpn, Op) override {}
  void refused() override { throw std::runtime_error("refused"); }
  std::uint64_t taken() const { return taken_; }

 private:
  rtl_bridge::HcaWqeEngineRtl& engine_;
  std::vector<std::byte> rings_[2] = {ring_of(false), ring_of(true)};
  std::uint64_t taken_ = 0;
};

void BM_wqe_engine_in_loop(benchmark::State& state) {
  rate_of(state, [] {
    return in_child([] {
      Simulation simulation;
      EngineParams in;
      const hca::HcaParams params(in);
      Station station("engine", 1);
      rtl_bridge::HcaWqeEngineRtl engine("engine", params);
      Client client(engine);
      engine.attach(client, station);
      engine.open({Qpn{64}, kEntries, Bytes(kStride), Bytes(2048)});
      for (int i = 0; i < 4; ++i) engine.doorbell(Qpn{64}, Op());
      const auto begin = std::chrono::steady_clock::now();
      simulation.scheduler.run_until(Time() + Cycles(kCycles) / *params.datapath_clock);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
      if (client.taken() < kCycles / 20) throw std::runtime_error("the engine does not run");
      return Rate{static_cast<double>(engine.clock().edges()), took.count()};
    });
  });
}

/// The same traffic at the pins: doorbell, read answered, descriptor used.
void BM_wqe_engine_bare(benchmark::State& state) {
  rate_of(state, [] {
    rtl_bridge::HcaWqeEnginePins pins("engine", 5, 4, 8, 32);
    const std::vector<std::byte> rings[2] = {ring_of(false), ring_of(true)};
    std::uint64_t taken = 0, doorbells = 4;
    unsigned credits = 0;
    std::uint16_t place = 0;
    auto& in = pins.in;
    auto& out = pins.out;
    in.cfg_valid = in.cfg_open = true;
    in.cfg_log_entries = 6;
    in.cfg_log_mtu = 3;
    in.cycle = 1;
    pins.edge(1);
    in.cfg_valid = false;
    const auto begin = std::chrono::steady_clock::now();
    for (std::uint64_t i = 2; i < kCycles; ++i) {
      in.cycle = static_cast<std::uint32_t>(i);
      in.read_done = out.read;
      in.read_done_tag = out.read_tag;
      if (out.read) place = out.read_place;
      in.credit = credits > 0;
      in.doorbell_valid = doorbells > 0;
      if (in.doorbell_valid) {
        pins.settle();
        doorbells -= out.doorbell_ready;
      }
      if (in.credit) --credits;
      pins.edge(i);
      if (out.packet) {
        ++credits;
        ++doorbells;
      }
      taken += out.wqe;
      const std::vector<std::byte>& ring = rings[taken / kEntries % 2];
      pins.buffer_data(std::span(ring).subspan((place + out.buffer_block) % kEntries * kStride, kStride));
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (taken < kCycles / 20) throw std::runtime_error("the block does not run");
    return Rate{static_cast<double>(kCycles), took.count()};
  });
}

void BM_control_core_in_loop(benchmark::State& state) {
  rate_of(state, [] {
    return in_child([] {
      Simulation simulation;
      EngineParams in;
      const control::ControlProcessorParams params = [&] {
        class Clocks : public EngineParams {
          ParamValue read(const ParamSpec& spec) override {
            ParamValue v = EngineParams::read(spec);
            if (spec.key == "frequency") v.number = 500'000'000;
            return v;
          }
        } clocks;
        return control::ControlProcessorParams(clocks);
      }();
      MemoryMap memory;
      place_checksum(memory);
      rtl_bridge::ControlProcessorRtl core("core", params, memory, 0x0200'0000);
      core.start(kBase);
      const auto begin = std::chrono::steady_clock::now();
      simulation.scheduler.run_until(Time() + Cycles(kCycles) / *params.frequency);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
      if (core.retired() < kCycles / 4) throw std::runtime_error("the core does not run");
      return Rate{static_cast<double>(core.edges()), took.count()};
    });
  });
}

/// Native ping-pong of 64 B with firmware that sleeps, its processor simulated or RTL.
void ping_pong_beside(benchmark::State& state, const std::string& control) {
  constexpr std::int64_t kRoundTrips = 600'000;
  rate_of(state, [&] {
    return in_child([&] {
      const platform::RunFile run = platform::RunFile::load(VIOSIM_SCENARIOS, "rdma-write-latency");
      std::vector<platform::Override> changes;
      for (const std::string& text :
           {"workload.iterations=" + std::to_string(kRoundTrips), std::string("workload.verify=false"),
            "fidelity.esx0.hca0.control=" + control, "fidelity.esx1.hca0.control=" + control})
        changes.push_back(platform::Override::parse(text, static_cast<std::uint32_t>(changes.size() + 1)));
      for (const platform::Point& point : run.points()) {
        if (!platform::matches(point.labels, {{"path", "native"}, {"size", "64 B"}})) continue;
        platform::Scenario scenario(run, point, changes, platform::catalogue());
        const platform::PointResult result = platform::simulate(scenario, {});
        return Rate{static_cast<double>(kRoundTrips), static_cast<double>(result.wall_ns) * 1e-9};
      }
      throw std::runtime_error("no such point");
    });
  });
}
void BM_ping_pong_beside_iss(benchmark::State& state) { ping_pong_beside(state, "iss"); }
void BM_ping_pong_beside_rtl(benchmark::State& state) { ping_pong_beside(state, "rtl"); }

BENCHMARK(BM_wqe_engine_bare)->UseManualTime()->Iterations(1)->Repetitions(3);
BENCHMARK(BM_wqe_engine_in_loop)->UseManualTime()->Iterations(1)->Repetitions(3);
BENCHMARK(BM_control_core_in_loop)->UseManualTime()->Iterations(1)->Repetitions(3);
BENCHMARK(BM_ping_pong_beside_iss)->UseManualTime()->Iterations(1)->Repetitions(3);
BENCHMARK(BM_ping_pong_beside_rtl)->UseManualTime()->Iterations(1)->Repetitions(3);

}  // namespace
}  // namespace viosim::bench
