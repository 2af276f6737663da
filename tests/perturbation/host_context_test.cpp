#include <catch2/catch.hpp>

#include "support/machine.h"

using namespace viosim;
using namespace viosim::test;

namespace {

struct Script {
  Machine& m;
  Time end;
  Process runs() {
    std::array<std::byte, 128> data{};
    co_await m.core0.execute(Cycles(500), Cause::Execute);
    co_await m.core0.load(m.core0.allocate(Bytes(64), Bytes(64)), {data.data(), 8});
    co_await m.core0.mmio_store_lines(Gpa(Registers::kBase), data);
    co_await m.core0.mmio_store(Gpa(Registers::kBase), 1, Bytes(4));
    end = now();
  }
};

// 500 + (20 + 60) + (90 + 25) + 20 ns
constexpr Time kBase(715'000);

Time end_with(const std::string& key, const std::string& value) {
  Simulation sim;
  LiteralParams in = host_literals();
  if (!key.empty()) in.set(key, value);
  Machine m(in);
  Script s{m, {}};
  m.core0.op() = Op::open(Time(0));
  spawn(s.runs(), "software");
  run_to(Time(1'000'000'000));
  CHECK(spent(m.core0.op()) == s.end - Time(0));
  return s.end;
}

}  // namespace

TEST_CASE("the base of a native post", "[host][perturbation]") { CHECK(end_with("", "") == kBase); }
TEST_CASE("half the clock doubles what is cycles", "[host][perturbation]") {
  CHECK(end_with("frequency", "500 MHz") == kBase + nanoseconds(520));
}
TEST_CASE("doubling the first write-combined line adds it once", "[host][perturbation]") {
  CHECK(end_with("wc_first_line", "180 ns") == kBase + nanoseconds(90));
}
TEST_CASE("doubling the further line adds it once", "[host][perturbation]") {
  CHECK(end_with("wc_further_line", "50 ns") == kBase + nanoseconds(25));
}
TEST_CASE("doubling the uncached store adds it once", "[host][perturbation]") {
  CHECK(end_with("uc_store", "40 cycles") == kBase + nanoseconds(20));
}
TEST_CASE("doubling the cache latency adds it once", "[host][perturbation]") {
  CHECK(end_with("llc_latency", "40 ns") == kBase + nanoseconds(20));
}
TEST_CASE("the interconnect does not move a local access", "[host][perturbation]") {
  CHECK(end_with("remote_latency", "80 ns") == kBase);
}
