// Models: corruption and loss of TLPs, loss of Ack and Nak, poisoned data, on one direction of a link.
// Not modelled: bursts; lost UpdateFC (their counts are cumulative: the next one heals it).
// Chosen by number (the first TLP that goes out is 1, and what is sent again counts anew) or by chance, out of
// streams of the direction's own.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>

#include "kernel/random.h"
#include "pcie/fault_params.h"

namespace viosim::pcie {

enum class Fault : std::uint8_t { none, corrupt, lose };

class Faults {
 public:
  /// std::invalid_argument if a probability is not in [0, 1], or corrupt + lose is above 1.
  Faults(const FaultParams& params, std::uint64_t seed, const std::string& path);
  /// The `ordinals`-th TLPs on the wire suffer `fault`, whatever the dice say.
  void plan(Fault fault, std::initializer_list<std::uint64_t> ordinals);
  /// The `ordinals`-th Acks and Naks for this direction are lost.
  void plan_lost_dllps(std::initializer_list<std::uint64_t> ordinals);
  /// The `ordinals`-th TLPs with data are poisoned.
  void plan_poison(std::initializer_list<std::uint64_t> ordinals);

  /// What happens to the next TLP.
  Fault next();
  bool loses_dllp() { return dllps_.next(); }
  bool poisons() { return data_.next(); }

 private:
  /// Something that happens or not.
  struct Dice {
    Dice(double chance, std::uint64_t seed, const std::string& path) : probability(chance), stream(seed, path) {}
    bool next() { return planned.count(++ordinal) > 0 || (probability > 0 && stream.chance(probability)); }
    double probability;
    Stream stream;
    std::map<std::uint64_t, Fault> planned;
    std::uint64_t ordinal = 0;
  };
  Dice tlps_, dllps_, data_;
  double corrupt_;
};

}  // namespace viosim::pcie
