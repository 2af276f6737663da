// Cycles that a piece of a transfer takes on the bus between a DMA engine and its PCI Express core. Pure.
#pragma once
#include "pcie/dma_engine_params.h"

namespace viosim::pcie {

// Headers on that bus, without framing and link layer (PCI Express Base Specification 3.0, 2.2).
inline constexpr Bytes kRequestHeader{16}, kCompletionHeader{12};

class DmaEngineTiming {
 public:
  DmaEngineTiming(const DmaEngineParams& params, Bytes max_payload, Bytes max_read_request)
      : width_(*params.bus_width), max_payload_(max_payload), max_read_request_(max_read_request),
        cycle_(period(*params.bus_clock)), turnaround_(params.bus_turnaround->raw()) {}

  /// Out: the writes of `length` bytes, each TLP from a cycle of its own on.
  Duration write(Bytes length) const { return cycle_ * (turnaround_ + tlps(length, kRequestHeader)); }
  /// Out: the requests for `length` bytes.
  Duration request(Bytes length) const {
    return cycle_ * (turnaround_ + up(length, max_read_request_) * up(kRequestHeader, width_));
  }
  /// In: the completions of `length` bytes.
  Duration completion(Bytes length) const { return cycle_ * (turnaround_ + tlps(length, kCompletionHeader)); }

 private:
  static std::int64_t up(Bytes a, Bytes b) { return (a.raw() + b.raw() - 1) / b.raw(); }
  std::int64_t tlps(Bytes length, Bytes header) const {
    const std::int64_t whole = length / max_payload_;
    const Bytes rest = length % max_payload_;
    return whole * up(header + max_payload_, width_) + (rest > Bytes{} ? up(header + rest, width_) : 0);
  }
  Bytes width_, max_payload_, max_read_request_;
  Duration cycle_;
  std::int64_t turnaround_;
};

}  // namespace viosim::pcie
