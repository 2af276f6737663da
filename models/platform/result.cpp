#include "platform/result.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace viosim::platform {
namespace {

template <class Wanted>
std::int64_t sum(const std::vector<StackRow>& rows, Wanted wanted) {
  return std::accumulate(rows.begin(), rows.end(), std::int64_t{0},
                         [&](std::int64_t all, const StackRow& r) { return wanted(r) ? all + r.ps : all; });
}

}  // namespace

std::string to_text(const Labels& labels) {
  std::string text;
  for (const auto& [axis, label] : labels) text += (text.empty() ? "" : " ") + axis + "=" + label;
  return text.empty() ? "the only point" : text;
}

bool matches(const Labels& labels, const Labels& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& pair) {
    return std::find(labels.begin(), labels.end(), pair) != labels.end();
  });
}

const Metric* PointResult::metric(std::string_view name) const {
  const auto it = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& m) { return m.name == name; });
  return it == metrics.end() ? nullptr : &*it;
}

const Metric& PointResult::headline_metric() const {
  if (const Metric* found = metric(headline)) return *found;
  throw std::runtime_error("point " + to_text(labels) + " has no metric '" + headline + "', its headline");
}

std::int64_t PointResult::attributed() const {
  return sum(stack, [](const StackRow&) { return true; });
}
std::int64_t PointResult::lumped() const {
  return sum(stack, [](const StackRow& r) { return r.cause == "Pipeline"; });
}
std::int64_t PointResult::resting_on(std::string_view origin) const {
  return sum(stack, [&](const StackRow& r) { return r.basis == origin; });
}

}  // namespace viosim::platform
