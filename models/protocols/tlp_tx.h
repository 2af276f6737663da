// Who decides which TLP of a link's direction goes next, where that is not the direction itself: a transmitter as RTL.
#pragma once
#include <cstdint>
#include <string>

#include "kernel/station.h"
#include "protocols/tlp.h"

namespace viosim {

class TlpTransmitterIf {
 public:
  virtual ~TlpTransmitterIf() = default;
  /// Takes `tlp` over until it is granted.
  virtual void offer(Tlp* tlp) = 0;
  /// An UpdateFC that arrives at `due` brings back one header and `data` units of a class. Dues of a class do not decrease.
  virtual void credits_back(TlpClass cls, Time due, std::int64_t data) = 0;
  /// Something else takes the wire now; up to then it was given work until `free_at`.
  virtual void wire_taken(Time free_at) = 0;
  /// What waits and why; empty: nothing.
  virtual std::string held_back() const = 0;
};

/// The direction, as its transmitter sees it.
class TlpWireIf {
 public:
  virtual ~TlpWireIf() = default;
  /// `tlp` goes onto the wire now, and is accounted for up to now. `stalled`: credits or order have held it back.
  virtual void granted(Tlp* tlp, bool stalled) = 0;
  /// When the serialiser has done all that it was given.
  virtual Time wire_free_at() const = 0;
  /// Where the transmitter's time is charged.
  virtual Station& wire_station() = 0;
};

}  // namespace viosim
