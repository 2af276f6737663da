// Which TLP may pass which: PCI Express Base Specification 3.0, 2.4.1 (table 2-34). Pure.
// Not modelled: ID-based ordering, non-posted requests with data (the model has none).
#pragma once
#include "protocols/tlp.h"

namespace viosim::pcie {

enum class Passing : std::uint8_t {
  forbidden,
  allowed,   ///< the block decides (Y/N)
  required,  ///< or the bus may lock up (Yes)
};

/// May `later` pass `earlier`, both on their way through the same line? `relaxed`: `later` has its RO bit set;
/// `same_transaction`: two completions of one request.
constexpr Passing passing(TlpClass later, TlpClass earlier, bool relaxed, bool same_transaction) {
  if (earlier == TlpClass::posted)
    return relaxed && later != TlpClass::non_posted ? Passing::allowed : Passing::forbidden;
  switch (later) {
    case TlpClass::posted: return earlier == TlpClass::non_posted ? Passing::required : Passing::allowed;
    case TlpClass::non_posted: return Passing::allowed;
    case TlpClass::completion:
      if (earlier == TlpClass::non_posted) return Passing::required;
      return same_transaction ? Passing::forbidden : Passing::allowed;
  }
  return Passing::forbidden;
}

/// A write or completion that need not wait for writes before it.
inline bool passes_writes(const Tlp& tlp) {
  return passing(tlp.flow_class(), TlpClass::posted, tlp.relaxed_ordering, false) != Passing::forbidden;
}

}  // namespace viosim::pcie
