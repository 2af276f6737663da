#include "platform/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <tuple>

#include "kernel/scheduler.h"
#include "platform/units.h"
#include "platform/writer_file.h"
#include "rtl_bridge/waves.h"

namespace viosim::platform {
namespace {

/// Chrome counts in microseconds; six decimals are picoseconds.
std::string microseconds_of(std::int64_t ps) { return fmt::format("{}.{:06}", ps / 1'000'000, ps % 1'000'000); }

std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

constexpr std::string_view kKinds[] = {"served", "blocked", "queued", "delay"};

}  // namespace

bool Trace::Slice::operator<(const Slice& o) const {
  // Of those that begin together the longest first: it holds the others.
  return std::tuple(site.value, begin, o.end, cause, kind) < std::tuple(o.site.value, o.begin, end, o.cause, o.kind);
}

Trace::Trace(const TraceRequest& wanted) : wanted_(wanted) {
  rtl_bridge::Waves::ask(wanted.folder.string(), ~std::uint64_t{0}, ~std::uint64_t{0});
}

void Trace::window_opened(Time at) {
  opened_ = true;
  from_ = at + wanted_.from;
  to_ = from_ + wanted_.length;
  rtl_bridge::Waves::ask(wanted_.folder.string(), static_cast<std::uint64_t>(from_.ps()),
                         static_cast<std::uint64_t>(to_.ps()));
}

void Trace::span(SiteId site, Cause cause, SpanKind kind, Time begin, Time end, const Op* op) {
  if (inside(begin, end)) slices_.push_back({begin, end, site, cause, kind, op != nullptr && op->traced()});
}

void Trace::closed(const Op& op, Time begin) {
  if (!inside(begin, op.last())) return;
  std::vector<Step> steps;
  for (const SpanView& s : op.history()) {
    if (s.end <= begin) break;
    if (inside(s.begin, s.end)) steps.push_back({s.begin, s.end, s.site});
  }
  std::reverse(steps.begin(), steps.end());
  operations_.push_back(std::move(steps));
}

void Trace::write() const {
  if (!opened_) throw std::runtime_error("nothing to trace: the workload opened no measured window");
  if (slices_.empty())
    throw std::runtime_error("nothing happened between " + format_quantity(Dimension::duration, wanted_.from.raw()) + " and " +
                             format_quantity(Dimension::duration, (wanted_.from + wanted_.length).raw()) +
                             " behind the opening of the measured window; choose another stretch by --from and --for");
  std::vector<Slice> slices = slices_;
  std::sort(slices.begin(), slices.end());
  slices.erase(std::unique(slices.begin(), slices.end()), slices.end());

  std::map<std::string, int> hosts;
  const auto host = [&](SiteId site) {
    const std::string& path = ledger().path(site);
    return hosts.emplace(path.substr(0, path.find('.')), static_cast<int>(hosts.size()) + 1).first->second;
  };
  std::string out = "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n";
  const auto add = [&](const std::string& event) { out += event + ",\n"; };

  // Slices of one site that overlap without one holding the other go to lanes of their own.
  constexpr int kLanes = 1000;  // track numbers that a site has
  std::map<std::tuple<std::uint16_t, Time, Time>, int> track_of;
  std::vector<std::vector<Time>> lanes;  // of the site at hand: ends of what is open
  for (std::size_t i = 0; i < slices.size(); ++i) {
    const Slice& s = slices[i];
    if (i == 0 || slices[i - 1].site.value != s.site.value) lanes.clear();
    std::size_t lane = 0;
    for (;; ++lane) {
      if (lane == lanes.size()) {
        lanes.emplace_back();
        add(fmt::format(R"({{"ph":"M","name":"thread_name","pid":{},"tid":{},"args":{{"name":{}}}}})", host(s.site),
                        s.site.value * kLanes + static_cast<int>(lane),
                        quoted(ledger().path(s.site) + (lane == 0 ? "" : " #" + std::to_string(lane + 1)))));
      }
      std::vector<Time>& open = lanes[lane];
      while (!open.empty() && open.back() <= s.begin) open.pop_back();
      if (open.empty() || s.end <= open.back()) break;
    }
    lanes[lane].push_back(s.end);
    const int track = s.site.value * kLanes + static_cast<int>(lane);
    track_of.emplace(std::tuple(s.site.value, s.begin, s.end), track);
    add(fmt::format(R"({{"ph":"X","name":"{}","cat":"{}","pid":{},"tid":{},"ts":{},"dur":{},"args":{{"of":"{}"}}}})",
                    info(s.cause).name, kKinds[static_cast<std::size_t>(s.kind)], host(s.site), track,
                    microseconds_of(s.begin.ps()), microseconds_of((s.end - s.begin).raw()),
                    s.traced ? "an operation" : "background"));
  }
  for (std::size_t n = 0; n < operations_.size(); ++n) {
    const std::vector<Step>& steps = operations_[n];
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto track = track_of.find(std::tuple(steps[i].site.value, steps[i].begin, steps[i].end));
      if (track == track_of.end()) continue;
      const char* const phase = i == 0 ? "s" : i + 1 == steps.size() ? "f" : "t";
      add(fmt::format(R"({{"ph":"{}","bp":"e","name":"operation","cat":"operation","id":{},"pid":{},"tid":{},"ts":{}}})", phase,
                      n + 1, host(steps[i].site), track->second,
                      microseconds_of(steps[i].begin.ps() + (steps[i].end - steps[i].begin).raw() / 2)));
    }
  }
  for (const auto& [name, number] : hosts)
    add(fmt::format(R"({{"ph":"M","name":"process_name","pid":{},"args":{{"name":{}}}}})", number, quoted(name)));
  out.resize(out.size() - 2);
  out += "\n]}\n";
  write_file(wanted_.folder / "trace.json", out);
}

}  // namespace viosim::platform
