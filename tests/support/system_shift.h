// A point of a run before and after a change of one cost: for tests that say what the change does to the time.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "support/simulated.h"

namespace viosim::test {

using Overrides = std::vector<std::string>;

/// `key=value` on both hosts of a system: ".hca0.tx_pipeline=1 ns".
inline Overrides on_both_hosts(const std::string& change) { return {"esx0" + change, "esx1" + change}; }
/// `key=value` on both cables.
inline Overrides on_both_cables(const std::string& change) { return {"link0" + change, "link1" + change}; }

inline Overrides joined(Overrides a, const Overrides& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// Rows of a stack: all of a cause, at sites whose path contains `site`, of one kind if it is given.
struct Rows {
  std::string cause, site = {};
  int kind = -1;

  bool match(const platform::StackRow& row) const {
    return row.cause == cause && row.site.find(site) != std::string::npos &&
           (kind < 0 || static_cast<int>(row.kind) == kind);
  }
  /// ps over all operations.
  std::int64_t ps(const platform::PointResult& point) const {
    std::int64_t sum = 0;
    for (const platform::StackRow& row : point.stack) sum += match(row) ? row.ps : 0;
    return sum;
  }
  /// Spans over all operations.
  std::int64_t spans(const platform::PointResult& point) const {
    std::int64_t sum = 0;
    for (const platform::StackRow& row : point.stack) sum += match(row) ? row.occurrences : 0;
    return sum;
  }
};

struct Shift {
  platform::PointResult before, after;

  std::int64_t elapsed() const { return after.elapsed - before.elapsed; }
  std::int64_t of(const Rows& rows) const { return rows.ps(after) - rows.ps(before); }
  /// The shift of the time, less what polling made of it: a poller looks at fixed steps, so that what happens
  /// earlier or later by less than a step is seen in the same look, or in the next one.
  std::int64_t elapsed_without_polling() const { return elapsed() - of({"PollGap"}); }
  /// ps that moved (either way) in rows that are neither polling nor `expected`, and spans that moved in any row.
  std::int64_t elsewhere(const std::vector<Rows>& expected) const {
    std::int64_t moved = 0;
    const auto count = [&](const platform::StackRow& row, const platform::PointResult& other) {
      std::int64_t ps = 0, spans = 0;
      for (const platform::StackRow& twin : other.stack)
        if (twin.site == row.site && twin.cause == row.cause && twin.kind == row.kind) {
          ps = twin.ps;
          spans = twin.occurrences;
        }
      bool known = row.cause == "PollGap";
      for (const Rows& rows : expected) known = known || rows.match(row);
      if (!known) moved += std::abs(row.ps - ps);
      moved += std::abs(row.occurrences - spans);
    };
    for (const platform::StackRow& row : before.stack) count(row, after);
    for (const platform::StackRow& row : after.stack) count(row, before);
    return moved;
  }
};

/// The same point twice, with `base` and with `base` and then `change` on top.
inline Shift shift(const std::string& run, const platform::Labels& labels, const Overrides& change,
                   const Overrides& base = {}) {
  return {simulated(run, labels, base), simulated(run, labels, joined(base, change))};
}

}  // namespace viosim::test
