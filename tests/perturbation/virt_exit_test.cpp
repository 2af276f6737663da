#include <catch2/catch.hpp>

#include "support/machine.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// A port write, a hypercall and a load of one line.
struct Script {
  GuestMachine& m;
  Time end;
  Process runs() {
    std::array<std::byte, 4> data{};
    co_await m.vcpu.port_write(0x10, data);
    co_await m.vcpu.hypercall();
    co_await m.vcpu.load(m.vcpu.allocate(Bytes(64), Bytes(64)), data);
    end = now();
  }
};

}  // namespace

// One simulation a process: each moved parameter is a case of its own, held to the sum of the base:
// exit 400, port_io 2000, entry 600; exit 400, hypercall 500, entry 600; walk 90, cache 20, DRAM 60.
static Time end_with(const std::string& key, const std::string& value, bool host_key = false) {
  Simulation sim;
  LiteralParams exits = exit_literals(), in = host_literals();
  if (!key.empty()) (host_key ? in : exits).set(key, value);
  GuestMachine m(exits, {}, in);
  Script s{m, {}};
  m.vcpu.op() = Op::open(Time(0));
  spawn(s.runs(), "guest");
  run_to(Time(1'000'000'000));
  CHECK(spent(m.vcpu.op()) == s.end - Time(0));
  return s.end;
}

constexpr Time kBase(4'670'000);

TEST_CASE("the base of the moved parameters", "[virt][perturbation]") { CHECK(end_with("", "") == kBase); }
TEST_CASE("doubling the hardware round trip adds it twice", "[virt][perturbation]") {
  CHECK(end_with("hardware_round_trip", "2000 cycles") == kBase + nanoseconds(2000));
}
TEST_CASE("doubling the port handler adds it once", "[virt][perturbation]") {
  CHECK(end_with("port_io", "4000 cycles") == kBase + nanoseconds(2000));
}
TEST_CASE("doubling the hypercall handler adds it once", "[virt][perturbation]") {
  CHECK(end_with("hypercall", "1000 cycles") == kBase + nanoseconds(500));
}
TEST_CASE("doubling the walk adds it once", "[virt][perturbation]") {
  CHECK(end_with("tlb_walk", "180 cycles") == kBase + nanoseconds(90));
}
TEST_CASE("doubling the cost of other exits adds nothing", "[virt][perturbation]") {
  CHECK(end_with("eoi", "1400 cycles") == kBase);
}
TEST_CASE("doubling the DRAM latency adds it once", "[virt][perturbation]") {
  CHECK(end_with("dram_latency", "120 ns", true) == kBase + nanoseconds(60));
}
