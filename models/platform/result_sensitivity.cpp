#include "platform/result_sensitivity.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/report_layout.h"
#include "platform/report_table.h"
#include "platform/result_format.h"

namespace viosim::platform {
namespace {

__extension__ using Wide = __int128;

/// Floor of the square root, by integers: the same everywhere.
std::int64_t root(Wide square) {
  Wide x = square, next = (square + 1) / 2;
  while (next < x) {
    x = next;
    next = (x + square / x) / 2;
  }
  return static_cast<std::int64_t>(x);
}

struct Swing {
  std::int64_t down, up;  ///< both >= 0
  std::int64_t span() const { return down + up; }
};
Swing swing(const Effect& e, std::int64_t nominal) {
  return {nominal - std::min({e.at_low, e.at_high, nominal}), std::max({e.at_low, e.at_high, nominal}) - nominal};
}

std::string name_of(const Variation& v) {
  std::string name = v.parameters.front();
  if (v.parameters.size() > 1) name += fmt::format(" (and {} more)", v.parameters.size() - 1);
  return name;
}

}  // namespace

Sensitivity::Sensitivity(std::string run, Labels at, Metric headline, std::vector<Effect> effects)
    : run_(std::move(run)), at_(std::move(at)), headline_(std::move(headline)), effects_(std::move(effects)) {
  const std::int64_t nominal = headline_.value;
  std::sort(effects_.begin(), effects_.end(), [&](const Effect& a, const Effect& b) {
    const std::int64_t x = swing(a, nominal).span(), y = swing(b, nominal).span();
    return x != y ? x > y : a.variation.parameters < b.variation.parameters;
  });
  Wide down = 0, up = 0, all = 0, assumed = 0;
  for (const Effect& e : effects_) {
    const Swing s = swing(e, nominal);
    down += static_cast<Wide>(s.down) * s.down;
    up += static_cast<Wide>(s.up) * s.up;
    const Wide square = static_cast<Wide>(s.span()) * s.span();
    all += square;
    if (e.variation.origin == "assumed") assumed += square;
  }
  below_ = root(down);
  above_ = root(up);
  assumed_share_ = all == 0 ? 0 : static_cast<std::int64_t>(assumed * 1'000'000 / all);
}

std::string Sensitivity::text() const {
  const std::int64_t nominal = headline_.value;
  const auto show = [&](std::int64_t raw) { return shown(headline_, raw, 3); };
  const auto shift = [&](std::int64_t raw) {
    const std::string text = show(raw - nominal);
    return (raw > nominal && text != show(0) ? "+" : "") + text;
  };
  const std::string unit = shown_unit(headline_);
  std::string out =
      fmt::format("{} at {}, {}: {} {}\n\n", run_, to_text(at_), headline_.text, show(nominal), unit);
  TextTable table({"parameter", "value", "low", "high", "origin", "at low [" + unit + "]",
                   "at high [" + unit + "]"}, 1);
  std::size_t silent = 0, small = 0;
  for (const Effect& e : effects_) {
    const Variation& v = e.variation;
    const auto invisible = [&](std::int64_t raw) { return show(raw - nominal) == show(0); };
    if (swing(e, nominal).span() == 0) ++silent;
    else if (invisible(e.at_low) && invisible(e.at_high)) ++small;
    else table.add({name_of(v), v.value, v.low, v.high, v.origin, shift(e.at_low), shift(e.at_high)});
  }
  if (silent + small < effects_.size()) out += table.text() + "\n";
  if (small > 0) out += fmt::format("Parameters with a range that move it by less than is shown: {}.\n", small);
  if (silent > 0) out += fmt::format("Parameters with a range that have no effect here: {}.\n", silent);
  out += fmt::format("Range (root of the sum of squares): {} to {} {}; {} % of it rests on assumptions.\n",
                     show(nominal - below_), show(nominal + above_), unit, fixed(assumed_share_, 10'000, 1));
  return out;
}

std::string Sensitivity::csv() const {
  const std::int64_t one = power_of_ten(headline_.decimals);
  std::string out = fmt::format("parameter,value,low,high,origin,source,unit,nominal,at_low,at_high\n");
  for (const Effect& e : effects_)
    for (const std::string& parameter : e.variation.parameters)
      out += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", csv_field(parameter), csv_field(e.variation.value),
                         csv_field(e.variation.low), csv_field(e.variation.high), e.variation.origin,
                         csv_field(e.variation.source), csv_field(headline_.unit),
                         fixed(headline_.value, one, headline_.decimals), fixed(e.at_low, one, headline_.decimals),
                         fixed(e.at_high, one, headline_.decimals));
  return out;
}

Json Sensitivity::json() const {
  Json at = Json::object();
  for (const auto& [axis, label] : at_) at[axis] = label;
  Json out = {{"schema_version", kResultSchemaVersion}, {"run", run_}, {"at", at}, {"metric", headline_.name},
              {"unit", headline_.unit}, {"decimals", headline_.decimals}, {"nominal", headline_.value},
              {"low", headline_.value - below_}, {"high", headline_.value + above_},
              {"assumed_share_millionths", assumed_share_}};
  out["effects"] = Json::array();
  for (const Effect& e : effects_) {
    const Variation& v = e.variation;
    out["effects"].push_back({{"parameters", v.parameters}, {"value", v.value}, {"low", v.low}, {"high", v.high},
                              {"origin", v.origin}, {"source", v.source}, {"at_low", e.at_low},
                              {"at_high", e.at_high}});
  }
  return out;
}

}  // namespace viosim::platform
