// Doubling one cost shifts the time by its occurrences on the critical path times the change, in whole systems.
// Who receives polls, so that the time moves in steps of a look: what is exact is the shift of the time less the
// shift of PollGap, and that every other row of the stack stays as it is, to the picosecond. The vRDMA run with
// completion events polls nowhere on its critical path: there the time itself shifts exactly.
#include <catch2/catch.hpp>

#include "support/system_shift.h"

using namespace viosim;
using namespace viosim::test;

namespace {

constexpr int kDelay = static_cast<int>(platform::StackKind::delay);
/// No duration is rounded.
const Overrides kEvenClock = on_both_hosts(".frequency=2500 MHz");
constexpr std::int64_t kCycle = 400;  // ps of it
const std::vector<std::string> kPaths = {"native", "native, no inline", "directpath", "sriov", "vrdma",
                                         "vrdma, interrupt", "vrdma, poller"};

platform::Labels write_at(const std::string& path, const std::string& size = "2 B") {
  return {{"path", path}, {"size", size}};
}
platform::Labels event_at(const std::string& path) {
  return {{"completion", "event"}, {"path", path}, {"size", "2 B"}};
}

void check_books(const Shift& s) {
  CHECK(s.before.residual() == 0);
  CHECK(s.after.residual() == 0);
}

/// `change_ps` for each span of `rows`, nothing else.
void check_exact(const Shift& s, const Rows& rows, std::int64_t change_ps) {
  check_books(s);
  CHECK(s.of(rows) == rows.spans(s.before) * change_ps);
  CHECK(s.elapsed_without_polling() == rows.spans(s.before) * change_ps);
  CHECK(s.elsewhere({rows}) == 0);
}

void check_on_paths(const std::vector<std::string>& paths, const Overrides& change, const Rows& rows,
                    std::int64_t change_ps, std::int64_t spans_at_least = 1) {
  for (const std::string& path : paths) {
    INFO(path);
    const Shift s = shift("rdma-write-latency", write_at(path), change);
    check_exact(s, rows, change_ps);
    CHECK(rows.spans(s.before) >= spans_at_least * s.before.operations);
  }
}

}  // namespace

TEST_CASE("A doubled switch transit adds itself twice to every round trip", "[system][perturbation]") {
  check_on_paths(kPaths, {"switch0.transit=200 ns"}, {"SwitchTransit", "switch0"}, 100'000, 2);
}

TEST_CASE("The length of the wire moves all paths alike", "[system][perturbation]") {
  for (const std::string& path : kPaths) {
    INFO(path);
    const Shift s = shift("rdma-write-latency", write_at(path), on_both_cables(".per_metre=10 ns"));
    check_exact(s, {"LinkPropagation", "link"}, 3 * 5'000);
    CHECK(s.elapsed_without_polling() == 4 * 15'000 * s.before.operations);  // two cables, there and back
  }
}

TEST_CASE("Doubled serialisers add both ends of each cable", "[system][perturbation]") {
  check_on_paths(kPaths, on_both_cables(".serdes=80 ns"), {"LinkPropagation", "link"}, 2 * 40'000, 4);
}

TEST_CASE("A doubled PCI Express propagation adds itself once a crossing", "[system][perturbation]") {
  check_on_paths({"native", "directpath", "sriov", "vrdma"}, on_both_hosts(".pcie0.propagation=244 ns"),
                 {"LinkPropagation", "pcie0"}, 122'000, 4);
}

TEST_CASE("A doubled root complex adds itself once a crossing", "[system][perturbation]") {
  check_on_paths({"native", "directpath", "sriov", "vrdma"}, on_both_hosts(".root_complex0.transit=160 ns"),
                 {"RootComplexTransit"}, 80'000, 4);
}

TEST_CASE("A doubled transmit pipeline adds itself once a message", "[system][perturbation]") {
  check_on_paths({"native", "sriov", "vrdma"}, on_both_hosts(".hca0.tx_pipeline=143600 ps"),
                 {"Pipeline", "hca0.tx", kDelay}, 71'800, 2);
}

TEST_CASE("A doubled last-level cache latency adds itself once an access", "[system][perturbation]") {
  check_on_paths({"native", "sriov", "vrdma"}, on_both_hosts(".llc_latency=30 ns"), {"CacheAccess"}, 15'000, 2);
}

TEST_CASE("A doubled DRAM latency adds itself once an access", "[system][perturbation]") {
  check_on_paths({"native", "sriov", "vrdma"}, on_both_hosts(".dram_latency=134 ns"), {"DramAccess", "", kDelay},
                 67'000, 2);
}

TEST_CASE("A doubled DMA engine adds itself once a read and nothing to inline posts", "[system][perturbation]") {
  for (const std::string path : {"native", "sriov", "vrdma"}) {
    INFO(path);
    const Shift s = shift("rdma-write-latency", write_at(path), on_both_hosts(".hca0.dma_engine_latency=144600 ps"));
    check_books(s);
    const Rows fetch{"WqeFetch"}, gather{"DmaRead"};
    // BlueFlame carries the WQE and its payload; the VF fetches WQEs, their payload inline; vRDMA fetches both.
    const std::int64_t reads = path == "native" ? 0 : path == "sriov" ? 2 : 4;
    CHECK(fetch.spans(s.before) + gather.spans(s.before) == reads * s.before.operations);
    CHECK(s.elapsed_without_polling() == reads * s.before.operations * 72'300);
    CHECK(s.elsewhere({fetch, gather}) == 0);
  }
}

TEST_CASE("A path that does not exit knows no cost of an exit", "[system][perturbation]") {
  for (const char* cost : {".exits.hardware_round_trip=1522 cycles", ".exits.string_io=6000 cycles",
                           ".exits.port_io=4478 cycles", ".exits.injection=3000 cycles"}) {
    for (const std::string path : {"native", "native, no inline", "directpath", "sriov"}) {
      INFO(path << " " << cost);
      const Shift s = shift("rdma-write-latency", write_at(path), on_both_hosts(cost));
      CHECK(s.elapsed() == 0);
      CHECK(s.before.stack == s.after.stack);
    }
    INFO(cost);
    CHECK(shift("rdma-send-event", event_at("native"), on_both_hosts(cost)).elapsed() == 0);
  }
}

TEST_CASE("A doubled exit adds its way out once a post to vRDMA", "[system][perturbation]") {
  // The write has left the HCA before the monitor returns: of the post's two exits only the first one's way out is
  // on the critical path. Half of the round trip is the way out (exit_share).
  const Shift s = shift("rdma-write-latency", write_at("vrdma"),
                        on_both_hosts(".exits.hardware_round_trip=1520 cycles"),
                        joined(kEvenClock, on_both_hosts(".exits.hardware_round_trip=760 cycles")));
  check_exact(s, {"VmExit"}, 380 * kCycle);
  CHECK(Rows{"VmExit"}.spans(s.before) == 2 * s.before.operations);
  CHECK(Rows{"VmEntry"}.spans(s.before) == 0);
}

TEST_CASE("A doubled string access adds itself once a post to vRDMA", "[system][perturbation]") {
  const Shift s = shift("rdma-write-latency", write_at("vrdma"), on_both_hosts(".exits.string_io=6000 cycles"),
                        kEvenClock);
  check_books(s);
  CHECK(s.elapsed_without_polling() == 2 * s.before.operations * 3000 * kCycle);
  CHECK(s.of({"ExitHandling"}) == s.elapsed_without_polling());
  CHECK(s.elsewhere({{"ExitHandling"}}) == 0);
}

TEST_CASE("The reading of a register after the post is off the critical path", "[system][perturbation]") {
  const Shift s = shift("rdma-write-latency", write_at("vrdma"), on_both_hosts(".exits.port_io=2639 cycles"),
                        kEvenClock);
  check_books(s);
  CHECK(s.elapsed_without_polling() == 0);
  CHECK(s.elsewhere({}) == 0);
  // Doubled it is on the path: the answer is there before the software is back to look for it.
  const Shift doubled = shift("rdma-write-latency", write_at("vrdma"), on_both_hosts(".exits.port_io=4478 cycles"),
                              kEvenClock);
  check_books(doubled);
  CHECK(doubled.elapsed_without_polling() > 0);
}

TEST_CASE("With completion events vRDMA shifts by every exit to the picosecond", "[system][perturbation]") {
  const auto shifted = [](const std::string& change, const Overrides& base = {}) {
    return shift("rdma-send-event", event_at("vrdma"), on_both_hosts(change), joined(kEvenClock, base));
  };
  SECTION("round trip of the hardware") {
    const Shift s = shifted(".exits.hardware_round_trip=1520 cycles",
                            on_both_hosts(".exits.hardware_round_trip=760 cycles"));
    check_books(s);
    const Rows out{"VmExit"}, in{"VmEntry"};
    CHECK(out.spans(s.before) == in.spans(s.before));
    CHECK(s.of(out) == out.spans(s.before) * 380 * kCycle);
    CHECK(s.of(in) == in.spans(s.before) * 380 * kCycle);
    CHECK(s.elapsed() == s.of(out) + s.of(in));
    CHECK(s.elsewhere({out, in}) == 0);
  }
  SECTION("handlers: one for each exit on the critical path") {
    std::int64_t exits = 0, wanted = 0;
    const auto count = [&](const char* change, std::int64_t cycles) {
      const Shift s = shifted(change);
      check_books(s);
      CHECK(s.of({"ExitHandling"}) == s.elapsed());
      CHECK(s.elsewhere({{"ExitHandling"}}) == 0);
      CHECK(s.elapsed() % (cycles * kCycle) == 0);
      exits += s.elapsed() / (cycles * kCycle);
      wanted = Rows{"VmExit"}.spans(s.before);
      return s.elapsed() / (cycles * kCycle) - 2 * s.before.operations;
    };
    const std::int64_t strings = count(".exits.string_io=6000 cycles", 3000);
    // The message leaves before the post's own result is read: that register access alone is off the path.
    CHECK(count(".exits.port_io=4478 cycles", 2239) == strings - 2 * 1000);
    CHECK(count(".exits.eoi=1544 cycles", 772) == 0);
    CHECK(count(".exits.hlt=2000 cycles", 1000) == -2 * 1000);  // halts before the message is there
    CHECK(exits == wanted);
  }
  SECTION("injection") {
    const Shift s = shifted(".exits.injection=3000 cycles");
    check_books(s);
    CHECK(s.elapsed() == 2 * s.before.operations * 1500 * kCycle);
    CHECK(s.of({"Injection"}) == s.elapsed());
    CHECK(s.elsewhere({{"Injection"}}) == 0);
  }
  SECTION("transmit pipeline") {
    const Shift s = shifted(".hca0.tx_pipeline=143600 ps");
    check_books(s);
    CHECK(s.elapsed() == 2 * s.before.operations * 71'800);
    CHECK(s.elsewhere({{"Pipeline"}}) == 0);
  }
}

TEST_CASE("A doubled clock halves what is counted in cycles", "[system][perturbation]") {
  const std::vector<Rows> cycles = {{"Execute"}, {"ExitHandling"}, {"VmExit"}};
  for (const std::string path : {"native", "sriov", "vrdma"}) {
    INFO(path);
    const Shift s = shift("rdma-write-latency", write_at(path),
                          joined(on_both_hosts(".frequency=5 GHz"),
                                 on_both_hosts(".exits.hardware_round_trip=760 cycles")),
                          joined(kEvenClock, on_both_hosts(".exits.hardware_round_trip=760 cycles")));
    check_books(s);
    // The write-combined store of a BlueFlame post is a time, not a number of cycles.
    const std::int64_t fixed = path == "native" ? 2 * s.before.operations * 90'000 : 0;
    std::int64_t counted = -fixed;
    for (const Rows& rows : cycles) counted += rows.ps(s.before);
    CHECK(s.elapsed_without_polling() == -counted / 2);
    CHECK(s.elsewhere(cycles) == 0);
  }
}

TEST_CASE("A look that comes late costs less than a step of looking", "[system][perturbation]") {
  for (const std::string& path : kPaths) {
    INFO(path);
    const platform::PointResult point = simulated("rdma-write-latency", write_at(path), kEvenClock);
    const Rows gap{"PollGap"};
    CHECK(gap.spans(point) == 2 * point.operations);
    CHECK(gap.ps(point) < gap.spans(point) * 5 * kCycle);  // look = 5 cycles
  }
}

TEST_CASE("A read shifts as a write does", "[system][perturbation]") {
  const Overrides read = {"workload.operation=read"};
  for (const std::string path : {"native", "directpath", "sriov", "vrdma"}) {
    INFO(path);
    check_exact(shift("rdma-write-latency", write_at(path), {"switch0.transit=200 ns"}, read), {"SwitchTransit"},
                100'000);
    check_exact(shift("rdma-write-latency", write_at(path), on_both_cables(".per_metre=10 ns"), read),
                {"LinkPropagation", "link"}, 15'000);
  }
}
