// Models: loss, corruption and overtaking on one direction of a link, for tests and scenarios.
// Not modelled: bursts, and the bit errors of a real cable (they are rarer than a run is long).
// Chosen by packet number (the first is 1) or by chance, out of a stream of the direction's own. With all
// probabilities 0 nothing is drawn.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "fabric/fault_params.h"
#include "kernel/random.h"

namespace viosim::fabric {

enum class Fault : std::uint8_t { none, drop, corrupt, reorder };

class Faults {
 public:
  /// std::invalid_argument if a probability is not in [0, 1] or their sum is above 1.
  Faults(const FaultParams& params, std::uint64_t seed, std::string_view path);
  /// The `ordinals`-th packets (ascending, from 1) suffer `fault`, whatever the dice say.
  void plan(Fault fault, std::initializer_list<std::uint64_t> ordinals);
  /// What happens to the next packet.
  Fault next() {
    ++ordinal_;
    return silent_ ? Fault::none : draw();
  }
  /// Nothing ever happens.
  bool silent() const { return silent_; }
  std::int64_t reorder_depth() const { return depth_; }
  Duration reorder_hold() const { return hold_; }

 private:
  Fault draw();
  struct Planned { std::uint64_t ordinal; Fault fault; };
  std::vector<Planned> planned_;  // ascending
  std::size_t upcoming_ = 0;
  std::uint64_t ordinal_ = 0;
  double drop_, corrupt_, reorder_;
  bool silent_;
  std::int64_t depth_;
  Duration hold_;
  Stream stream_;
};

}  // namespace viosim::fabric
