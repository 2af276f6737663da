// Time that a packet occupies one direction of a link. Pure.
#pragma once
#include <array>

#include "pcie/link_params.h"
#include "protocols/tlp.h"

namespace viosim::pcie {

// Bytes on the wire besides the payload (PCI Express Base Specification 3.0, chapters 2 to 4): framing and
// data-link layer 8 (gen1/2: STP 1, sequence 2, LCRC 4, END 1; gen3: token 4, LCRC 4), header 16 (requests
// with 64-bit addresses), 12 (32-bit addresses and completions).
inline constexpr Bytes kRequestOverhead{24}, kShortOverhead{20};
/// Ack, Nak, UpdateFC: framing 2, body 4, CRC 2.
inline constexpr Bytes kDllpSize{8};

class LinkTiming {
 public:
  /// Throws std::invalid_argument if the share of skip ordered sets is not in [0, 1).
  explicit LinkTiming(const LinkParams& params);

  /// What is left for TLPs and DLLPs.
  BitRate rate() const { return rate_; }
  /// `short_address`: a request below 4 GiB has the 12-byte header.
  static Bytes wire_size(TlpKind kind, Bytes payload, bool short_address) {
    const Bytes padded((payload.raw() + 3) & ~std::int64_t{3});  // a TLP is whole double words
    const bool answer = kind == TlpKind::completion || kind == TlpKind::completion_data;
    return (answer || short_address ? kShortOverhead : kRequestOverhead) + padded;
  }
  Duration on_wire(TlpKind kind, Bytes payload, bool short_address) const {
    const Bytes size = wire_size(kind, payload, short_address);
    const auto words = static_cast<std::size_t>(size.raw()) / 4;
    if (words < by_words_.size()) [[likely]] return by_words_[words];
    return size / rate_;
  }
  Duration dllp() const { return dllp_; }

 private:
  BitRate rate_;
  Duration dllp_;
  // Of a TLP with up to 4096 bytes of data: dividing costs more than all the rest of sending one.
  std::array<Duration, 4096 / 4 + kRequestOverhead.raw() / 4 + 1> by_words_;
};

}  // namespace viosim::pcie
