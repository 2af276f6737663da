#include "platform/result_compare.h"

#include <algorithm>
#include <cstdlib>

#include "platform/report_stack.h"
#include "platform/result_format.h"

namespace viosim::platform {
namespace {

const PointResult* find(const ResultSet& results, const Labels& labels) {
  const auto it = std::find_if(results.points.begin(), results.points.end(),
                               [&](const PointResult& p) { return p.labels == labels; });
  return it == results.points.end() ? nullptr : &*it;
}

/// Thousandths of a ps of one operation.
std::int64_t per_operation(const PointResult& p, std::int64_t ps) {
  return scaled(ps, 1000, std::max<std::int64_t>(p.operations, 1));
}

void compare_points(const PointResult& a, const PointResult& b, Comparison& out) {
  const std::string at = to_text(a.labels);
  for (const Metric& m : a.metrics) {
    const Metric* other = b.metric(m.name);
    if (!other || other->unit != m.unit || other->decimals != m.decimals) {
      out.missing.push_back(m.name + " at " + at + " is only in the first result, or has another unit in the second");
      continue;
    }
    out.differences.push_back({at, m.name, m.unit, m.decimals, m.value, other->value});
    if (!m.spread || !other->spread) continue;
    out.differences.push_back({at, m.name + " mean", m.unit, m.decimals, m.spread->mean, other->spread->mean});
    out.differences.push_back({at, m.name + " p99", m.unit, m.decimals, m.spread->p99, other->spread->p99});
  }
  for (const Metric& m : b.metrics)
    if (!a.metric(m.name)) out.missing.push_back(m.name + " at " + at + " is only in the second result");
  for (const std::string& cause : causes_of({&a, &b}))
    out.differences.push_back({at, "stack " + cause, "ps", 3, per_operation(a, spent_on(a, cause)),
                               per_operation(b, spent_on(b, cause))});
  out.differences.push_back(
      {at, "residual", "ps", 3, per_operation(a, a.residual()), per_operation(b, b.residual())});
}

}  // namespace

std::optional<std::int64_t> Difference::relative() const {
  if (before == after) return 0;
  if (before == 0) return std::nullopt;
  const std::int64_t change = scaled(after - before, 1'000'000, std::abs(before));
  return change;
}

bool Difference::within(std::int64_t tolerance) const {
  if (before == after) return true;
  if (before == 0 || tolerance == 0) return false;
  return std::abs(*relative()) <= tolerance;
}

Comparison compare(const ResultSet& before, const ResultSet& after) {
  Comparison out;
  for (const PointResult& p : before.points) {
    if (const PointResult* other = find(after, p.labels)) compare_points(p, *other, out);
    else out.missing.push_back("point " + to_text(p.labels) + " is only in the first result");
  }
  for (const PointResult& p : after.points)
    if (!find(before, p.labels))
      out.missing.push_back("point " + to_text(p.labels) + " is only in the second result");
  return out;
}

}  // namespace viosim::platform
