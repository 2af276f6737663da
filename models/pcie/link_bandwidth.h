// What a link can carry at most, as payload: by the sizes of its packets alone. Pure.
// Not modelled: DLLPs (Ack, UpdateFC), credits, tags and latency, which can only lessen it; transfers that do not
// begin at a boundary of 4 KB.
#pragma once
#include <algorithm>
#include <cmath>

#include "pcie/link_timing.h"

namespace viosim::pcie {

/// Bit rate of one lane after the line code: 2.5, 5 GT/s at 8b/10b; 8, 16, 32 GT/s at 128b/130b (PCI Express Base
/// Specifications 1.0 to 5.0).
inline BitRate lane_rate_of(Count generation) {
  constexpr double kTransfers[] = {2.5e9, 5e9, 8e9, 16e9, 32e9};
  const auto g = static_cast<std::size_t>(generation.raw());
  return BitRate(std::llround(kTransfers[g - 1] * (g <= 2 ? 8.0 / 10.0 : 128.0 / 130.0)));
}

/// Transfers of `size` bytes, and how they are cut.
struct TransferShape {
  Bytes size, max_payload, max_read_request, completion_unit;
  bool short_addresses = false;
};

/// Bytes of whole TLPs that one transfer takes from each direction. Up: from the device.
struct WireBytes {
  Bytes up, down;
  WireBytes operator+(WireBytes o) const { return {up + o.up, down + o.down}; }
};

/// A device writes: one TLP each max_payload.
inline WireBytes write_on_wire(const TransferShape& s) {
  WireBytes wire;
  for (Bytes done; done < s.size; done += s.max_payload)
    wire.up += LinkTiming::wire_size(TlpKind::memory_write, std::min(s.max_payload, s.size - done),
                                     s.short_addresses);
  return wire;
}

/// A device reads: a request each max_read_request, completions cut at completion_unit.
inline WireBytes read_on_wire(const TransferShape& s) {
  WireBytes wire;
  for (Bytes asked; asked < s.size; asked += s.max_read_request) {
    const Bytes request = std::min(s.max_read_request, s.size - asked);
    wire.up += LinkTiming::wire_size(TlpKind::memory_read, Bytes{}, s.short_addresses);
    const Bytes unit = std::min(s.completion_unit, s.max_payload);
    for (Bytes done; done < request; done += unit)
      wire.down += LinkTiming::wire_size(TlpKind::completion_data, std::min(unit, request - done), false);
  }
  return wire;
}

/// Payload each second if `payload` bytes take `wire`: the fuller direction decides. `link` as LinkTiming::rate().
inline BitRate payload_rate(BitRate link, Bytes payload, WireBytes wire) {
  const auto fuller = static_cast<double>(std::max(wire.up, wire.down).raw());
  return BitRate(std::llround(static_cast<double>(link.raw()) * static_cast<double>(payload.raw()) / fuller));
}

}  // namespace viosim::pcie
