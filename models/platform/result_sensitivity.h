// What the uncertain parameters do to the headline of a point: each at its low and its high, others nominal.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "platform/result_json.h"

namespace viosim::platform {

/// One uncertain number. Instances that share a part share its uncertainty: they are varied together.
struct Variation {
  std::vector<std::string> parameters;  ///< paths, "esx0.hca0.wqe_fetch"
  std::string value, low, high;         ///< as a user writes them
  std::string origin, source;           ///< "assumed", "key: where"
};

/// The headline at both ends of one variation, in the raw unit of the headline.
struct Effect {
  Variation variation;
  std::int64_t at_low, at_high;
};

class Sensitivity {
 public:
  /// Effects are ranked by their span, the largest first; equal ones by name.
  Sensitivity(std::string run, Labels at, Metric headline, std::vector<Effect> effects);

  const std::vector<Effect>& effects() const { return effects_; }
  /// By how far the headline may be lower or higher: root of the sum of squares, in its raw unit, both >= 0.
  std::int64_t below() const { return below_; }
  std::int64_t above() const { return above_; }
  MetricRange range() const { return {headline_.value - below_, headline_.value + above_, assumed_share_}; }
  /// Part of the squared spans that stands on assumed parameters, in millionths.
  std::int64_t assumed_share() const { return assumed_share_; }

  /// The ranked table with the range beneath; rows without any effect are only counted.
  std::string text() const;
  std::string csv() const;
  Json json() const;

 private:
  std::string run_;
  Labels at_;
  Metric headline_;
  std::vector<Effect> effects_;
  std::int64_t below_ = 0, above_ = 0, assumed_share_ = 0;
};

}  // namespace viosim::platform
