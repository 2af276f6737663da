// A small result: two paths by two sizes, half of a round trip, residual 0.
#pragma once
#include "platform/result_set.h"

namespace viosim::test {

inline platform::PointResult sample_point(const std::string& path, std::int64_t bytes, std::int64_t exit_ps) {
  using platform::StackKind;
  platform::PointResult p;
  p.labels = {{"path", path}, {"size", std::to_string(bytes) + " B"}};
  p.message_bytes = bytes;
  p.headline = "latency";
  p.operations = 1000;
  p.per_operation = 2;
  p.stack = {{"esx0.core0", "Execute", StackKind::served, 600'000'000, 4000, "measured"},
             {"esx0.hca0", "Pipeline", StackKind::delay, 400'000'000, 2000, "assumed"},
             {"esx0.hca0.link_up", "LinkSerialization", StackKind::served, bytes * 4'000'000, 2000, "spec"}};
  if (exit_ps > 0) p.stack.push_back({"esx0.vm0", "VmExit", StackKind::served, exit_ps * 1000, 2000, "paper"});
  p.elapsed = p.attributed();
  const std::int64_t half = p.elapsed / 2000;
  p.metrics = {{"latency", "half round trip", "ps", 0, half, 1000,
                platform::Spread{half, half, half, half, half, half + 10, half + 20}},
               {"exits", "VM exits of one operation", "1/operation", 3, exit_ps > 0 ? 2000 : 0, 1000}};
  p.sites = {{"esx0.core0", 1, 2'000'000'000, 600'000'000, 0, 1'400'000'000, 600'000'000, 0, 0,
              {{"Execute", 600'000'000}}}};
  p.bottleneck_site = "esx0.core0";
  p.bottleneck_cause = "Execute";
  p.digest = "0123456789abcdef";
  p.resolved_toml =
      "[esx0.hca0]\nkind = \"hca\"\nlanes = { value = 8, origin = \"spec\", ref = \"x\" }\n[workload]\nsize = { "
      "value = \"" +
      std::to_string(bytes) + " B\", origin = \"override\" }\n";
  p.events = 12345;
  p.wall_ns = 1'000'000;
  return p;
}

inline platform::ResultSet sample_results() {
  platform::ResultSet r;
  r.run = "sample";
  r.seed = 7;
  r.axes = {{"path", {"native", "vrdma"}}, {"size", {"2 B", "64 B"}}};
  r.report.title = "a sample of two paths";
  r.report.references = {{"authors' estimate", "5 us", "estimate", {{"path", "vrdma"}, {"size", "2 B"}}}};
  for (const auto& [path, exit] : {std::pair<const char*, std::int64_t>{"native", 0}, {"vrdma", 3'000'000}})
    for (const std::int64_t bytes : {2, 64}) r.points.push_back(sample_point(path, bytes, exit));
  return r;
}

}  // namespace viosim::test
