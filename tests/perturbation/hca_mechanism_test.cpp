#include <catch2/catch.hpp>

#include "support/hca_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// When the second of two identical writes landed, after its post; ps.
std::int64_t landing(const std::string& key, const std::string& value, bool inline_data) {
  HcaRig rig(hca_literals().set(key, value));
  rig.connect();
  Time start;
  for (int i = 0; i < 2; ++i) {
    rig.b.host.landed.clear();
    start = now();
    if (inline_data) rig.a.post_blueflame(rig.write(28, true));
    else rig.a.post(rig.write(28));
    rig.run(microseconds(20));
  }
  return (rig.b.host.landed.back().at - start).raw();
}

constexpr std::int64_t kInline = 614'000, kDoorbell = 1'714'000;

}  // namespace

TEST_CASE("a longer way out shifts a write by the change, once", "[hca][perturbation]") {
  Simulation sim;
  CHECK(landing("tx_pipeline", "200 ns", true) == kInline + 100'000);
}

TEST_CASE("a longer way in shifts a write by the change, once", "[hca][perturbation]") {
  Simulation sim;
  CHECK(landing("rx_pipeline", "400 ns", true) == kInline + 200'000);
}

TEST_CASE("a slower DMA engine shifts a doorbell write twice", "[hca][perturbation]") {
  Simulation sim;
  CHECK(landing("dma_engine_latency", "100 ns", false) == kDoorbell + 2 * 50'000);
}

TEST_CASE("an inline write does not know the DMA engine", "[hca][perturbation]") {
  Simulation sim;
  CHECK(landing("dma_engine_latency", "100 ns", true) == kInline);
}

TEST_CASE("a lone message does not know the message interval", "[hca][perturbation]") {
  Simulation sim;
  CHECK(landing("message_interval", "360 ns", true) == kInline);
}

TEST_CASE("a datapath of half the clock doubles two crossings", "[hca][perturbation]") {
  Simulation sim;
  CHECK(landing("datapath_clock", "500 MHz", true) == kInline + 2 * 2'000);
}
