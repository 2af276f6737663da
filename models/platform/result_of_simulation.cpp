#include "platform/result_of_simulation.h"

#include <algorithm>
#include <map>

#include "kernel/scheduler.h"
#include "platform/scenario_value.h"

namespace viosim::platform {
namespace {

/// a x b / c rounded to nearest, in integers: the same with every compiler.
std::int64_t scaled(std::int64_t a, std::int64_t b, std::int64_t c) {
  __extension__ using Wide = __int128;
  return c == 0 ? 0 : static_cast<std::int64_t>((static_cast<Wide>(a) * b * 2 + c) / (static_cast<Wide>(c) * 2));
}

Metric latency(const workload::Measured& measured, const std::string& text) {
  const Histogram& h = measured.samples;
  Metric m{"latency", text, "ps", 0, h.percentile(50), h.count(), {}};
  m.spread = Spread{h.min(), h.count() == 0 ? 0 : h.sum() / h.count(), h.percentile(50), h.percentile(90),
                    h.percentile(99), h.percentile(999, 1000), h.max()};
  return m;
}

/// How often each mechanism ran inside the window, over all instances, per operation.
void add_counters(PointResult& result, std::int64_t operations) {
  std::map<std::string, std::pair<std::string, std::uint64_t>> sums;
  for (const Counters::Entry& e : counters().entries()) {
    auto& [text, sum] = sums[e.name];
    text = e.text;
    sum += e.at_close - e.at_open;
  }
  for (const auto& [name, what] : sums) {
    if (what.second == 0) continue;
    result.metrics.push_back({name, what.first, "per operation", 3,
                              scaled(static_cast<std::int64_t>(what.second), 1000, operations), operations, {}});
  }
}

void add_stack(PointResult& result, const Account& account) {
  constexpr StackKind kKinds[] = {StackKind::served, StackKind::blocked, StackKind::queued, StackKind::delay};
  for (const viosim::StackRow& row : account.rows())
    result.stack.push_back({ledger().path(row.site), std::string(info(row.cause).name),
                            kKinds[static_cast<std::size_t>(row.kind)], row.total.raw(), row.occurrences,
                            std::string(origin_name(ledger().basis(row.site, row.cause)))});
  result.operations = account.operations();
  result.elapsed = account.total().raw();
}

/// ps a site served that may hold operations up. A core that spins always serves: of its instructions only those for
/// operations count.
std::int64_t working(const SiteReport& site) {
  const auto spin = std::find_if(site.served_by_cause.begin(), site.served_by_cause.end(),
                                 [](const auto& row) { return row.first == Cause::Execute; });
  if (spin == site.served_by_cause.end()) return site.served.raw();
  return site.served.raw() - std::min(site.background.raw(), spin->second.raw());
}

void add_sites(PointResult& result) {
  std::int64_t highest = 0;  // share of the capacity that serves, in millionths
  for (const SiteReport& site : ledger().sites()) {
    SiteRow row{ledger().path(site.site), site.capacity, site.window.raw(), site.served.raw(), site.blocked.raw(),
                site.idle.raw(), site.critical.raw(), site.slack.raw(), site.background.raw(), {}};
    auto busiest = site.served_by_cause.end();
    for (auto it = site.served_by_cause.begin(); it != site.served_by_cause.end(); ++it) {
      row.causes.emplace_back(std::string(info(it->first).name), it->second.raw());
      if (busiest == site.served_by_cause.end() || it->second > busiest->second) busiest = it;
    }
    const std::int64_t share = scaled(working(site), 1'000'000, row.capacity * row.window);
    if (share > highest) {
      highest = share;
      result.bottleneck_site = row.site;
      result.bottleneck_cause = std::string(info(busiest->first).name);
    }
    result.sites.push_back(std::move(row));
  }
}

}  // namespace

PointResult result_of(const Asked& asked, const workload::Measured& measured) {
  PointResult result;
  result.message_bytes = asked.message.raw();
  result.per_operation = measured.divisor;
  result.headline = asked.headline;
  result.metrics.push_back(latency(measured, asked.interval));
  const std::int64_t window = measured.elapsed().raw();
  result.metrics.push_back({"bandwidth", "payload one way", "bit/s", 0,
                            scaled(measured.payload.raw() * 8, kPsPerSecond, window), measured.operations, {}});
  result.metrics.push_back({"message_rate", "messages one way", "1/s", 0,
                            scaled(measured.operations, kPsPerSecond, window), measured.operations, {}});
  add_counters(result, measured.operations);
  add_stack(result, measured.account);
  add_sites(result);
  result.events = static_cast<std::int64_t>(scheduler().events());
  return result;
}

}  // namespace viosim::platform
