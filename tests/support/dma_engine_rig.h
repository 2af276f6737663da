// A DMA engine in front of the pcie rig: round numbers.
#pragma once
#include "pcie/dma_engine.h"
#include "support/pcie_rig.h"

namespace viosim::test {

/// 10 ns of enqueue, 20 of deliver, 4 ns a cycle of 32 B, one idle; data moves on at 8 B/ns.
inline LiteralParams engine_literals() {
  return {{"granularity", "512 B"}, {"reads_in_flight", "2"}, {"read_interval", "5 ns"}, {"write_interval", "30 ns"},
          {"enqueue", "10 ns"}, {"deliver", "20 ns"}, {"move_rate", "64 Gb/s"}, {"bus_width", "32 B"},
          {"bus_clock", "250 MHz"}, {"bus_turnaround", "1"}};
}

struct DmaEngineRig {
  explicit DmaEngineRig(LiteralParams values = engine_literals())
      : params(values), engine("dma", params, pcie.endpoint, pcie.endpoint.max_payload(),
                               pcie.endpoint.max_read_request()) {}
  /// Runs until nothing is left to do.
  static void settle() { scheduler().run_until(Time::never()); }

  PcieRig pcie;
  pcie::DmaEngineParams params;
  pcie::DmaEngine engine;
};

}  // namespace viosim::test
