#include "platform/result_json.h"

#include <array>
#include <cmath>

#include "platform/result_format.h"

namespace viosim::platform {
namespace {

constexpr std::array kKinds = {"served", "blocked", "queued", "delay"};

StackKind kind_of(const std::string& text) {
  for (std::size_t i = 0; i < kKinds.size(); ++i)
    if (text == kKinds[i]) return static_cast<StackKind>(i);
  throw ResultError("unknown kind of span '" + text + "'");
}

/// A division of two exact doubles rounds the same way everywhere, and the library prints the shortest decimal.
Json number(std::int64_t raw, int decimals) {
  if (decimals == 0) return raw;
  return static_cast<double>(raw) / static_cast<double>(power_of_ten(decimals));
}
std::int64_t raw_of(const Json& value, int decimals) {
  if (decimals == 0) return value.get<std::int64_t>();
  return std::llround(value.get<double>() * static_cast<double>(power_of_ten(decimals)));
}

Json share(std::int64_t part, std::int64_t whole) {
  return number(whole > 0 ? scaled(part, 1'000'000, whole) : 0, 6);
}

Json write_labels(const Labels& labels) {
  Json out = Json::object();
  for (const auto& [axis, label] : labels) out[axis] = label;
  return out;
}
Labels read_labels(const Json& in) {
  Labels labels;
  for (const auto& [axis, label] : in.items()) labels.emplace_back(axis, label.get<std::string>());
  return labels;
}

Json write_metric(const Metric& m) {
  Json out = {{"name", m.name}, {"text", m.text}, {"unit", m.unit}, {"decimals", m.decimals}};
  out["value"] = number(m.value, m.decimals);
  out["count"] = m.count;
  if (m.range)
    out["range"] = {{"low", number(m.range->low, m.decimals)}, {"high", number(m.range->high, m.decimals)},
                    {"assumed_share", number(m.range->assumed_millionths, 6)}};
  if (!m.spread) return out;
  const Spread& s = *m.spread;
  const std::array<std::pair<const char*, std::int64_t>, 7> parts = {
      {{"min", s.min}, {"mean", s.mean}, {"p50", s.p50}, {"p90", s.p90}, {"p99", s.p99}, {"p99_9", s.p99_9},
       {"max", s.max}}};
  for (const auto& [key, raw] : parts) out[key] = number(raw, m.decimals);
  return out;
}
Metric read_metric(const Json& in) {
  Metric m{in.at("name"), in.at("text"), in.at("unit"), in.at("decimals").get<int>()};
  if (m.decimals < 0 || m.decimals > 9) throw ResultError("metric '" + m.name + "' has too many decimals");
  m.value = raw_of(in.at("value"), m.decimals);
  m.count = in.at("count");
  if (in.contains("range")) {
    const Json& r = in.at("range");
    m.range = MetricRange{raw_of(r.at("low"), m.decimals), raw_of(r.at("high"), m.decimals),
                          raw_of(r.at("assumed_share"), 6)};
  }
  if (!in.contains("min")) return m;
  const auto get = [&](const char* key) { return raw_of(in.at(key), m.decimals); };
  m.spread = Spread{get("min"), get("mean"), get("p50"), get("p90"), get("p99"), get("p99_9"), get("max")};
  return m;
}

Json write_site(const SiteRow& s) {
  Json out = {{"site", s.site},       {"capacity", s.capacity}, {"window", s.window},
              {"served", s.served},   {"blocked", s.blocked},   {"idle", s.idle},
              {"critical", s.critical}, {"slack", s.slack},     {"background", s.background}};
  out["causes"] = Json::object();
  for (const auto& [cause, ps] : s.causes) out["causes"][cause] = ps;
  return out;
}
SiteRow read_site(const Json& in) {
  SiteRow s{in.at("site"),    in.at("capacity"), in.at("window"), in.at("served"),    in.at("blocked"),
            in.at("idle"),    in.at("critical"), in.at("slack"),  in.at("background")};
  for (const auto& [cause, ps] : in.at("causes").items()) s.causes.emplace_back(cause, ps.get<std::int64_t>());
  return s;
}

Json write_point(const PointResult& p) {
  Json out = {{"labels", write_labels(p.labels)}, {"message_bytes", p.message_bytes}, {"headline", p.headline}};
  out["metrics"] = Json::array();
  for (const Metric& m : p.metrics) out["metrics"].push_back(write_metric(m));
  out["operations"] = p.operations;
  out["per_operation"] = p.per_operation;
  out["elapsed"] = p.elapsed;
  out["residual"] = p.residual();
  out["shares"] = {{"lumped", share(p.lumped(), p.elapsed)},
                   {"assumed", share(p.resting_on("assumed"), p.elapsed)},
                   {"recalled", share(p.resting_on("recalled"), p.elapsed)}};
  out["stack"] = Json::array();
  for (const StackRow& r : p.stack)
    out["stack"].push_back({{"site", r.site}, {"cause", r.cause}, {"kind", kKinds[static_cast<std::size_t>(r.kind)]},
                            {"ps", r.ps}, {"occurrences", r.occurrences}, {"basis", r.basis}});
  out["sites"] = Json::array();
  for (const SiteRow& s : p.sites) out["sites"].push_back(write_site(s));
  out["bottleneck"] = {{"site", p.bottleneck_site}, {"cause", p.bottleneck_cause}};
  out["digest"] = p.digest;
  return out;
}
PointResult read_point(const Json& in) {
  PointResult p;
  p.labels = read_labels(in.at("labels"));
  p.message_bytes = in.at("message_bytes");
  p.headline = in.at("headline");
  for (const Json& m : in.at("metrics")) p.metrics.push_back(read_metric(m));
  p.operations = in.at("operations");
  p.per_operation = in.at("per_operation");
  p.elapsed = in.at("elapsed");
  for (const Json& r : in.at("stack"))
    p.stack.push_back(
        {r.at("site"), r.at("cause"), kind_of(r.at("kind")), r.at("ps"), r.at("occurrences"), r.at("basis")});
  for (const Json& s : in.at("sites")) p.sites.push_back(read_site(s));
  p.bottleneck_site = in.at("bottleneck").at("site");
  p.bottleneck_cause = in.at("bottleneck").at("cause");
  p.digest = in.at("digest");
  if (p.per_operation < 1 || p.operations < 0) throw ResultError("operations are not counted soundly");
  return p;
}

template <class Read>
auto guarded(Read read) {
  try {
    return read();
  } catch (const Json::exception& e) {
    throw ResultError(std::string("this is no result of viosim: ") + e.what());
  }
}

}  // namespace

std::string to_wire(const PointResult& point) {
  Json out = write_point(point);
  out["resolved_toml"] = point.resolved_toml;
  out["events"] = point.events;
  out["wall_ns"] = point.wall_ns;
  return out.dump();
}

PointResult from_wire(std::string_view text) {
  return guarded([&] {
    const Json in = Json::parse(text);
    PointResult p = read_point(in);
    p.resolved_toml = in.at("resolved_toml");
    p.events = in.at("events");
    p.wall_ns = in.at("wall_ns");
    return p;
  });
}

Json to_json(const ResultSet& results) {
  Json out = {{"schema_version", kResultSchemaVersion}, {"run", results.run}, {"title", results.report.title},
              {"seed", results.seed}};
  out["axes"] = Json::array();
  for (const ResultAxis& a : results.axes) out["axes"].push_back({{"name", a.name}, {"labels", a.labels}});
  Json references = Json::array();
  for (const ReferenceLine& r : results.report.references)
    references.push_back({{"label", r.label}, {"value", r.value}, {"status", r.status}, {"at", write_labels(r.at)}});
  out["report"] = {{"stack_at", write_labels(results.report.stack_at)},
                   {"sensitivity_at", write_labels(results.report.sensitivity_at)},
                   {"references", std::move(references)}};
  if (!results.report.rows.empty()) out["report"]["rows"] = results.report.rows;
  out["points"] = Json::array();
  for (const PointResult& p : results.points) out["points"].push_back(write_point(p));
  return out;
}

ResultSet from_json(const Json& in) {
  return guarded([&] {
    if (const int found = in.at("schema_version"); found != kResultSchemaVersion)
      throw ResultError("the result has schema version " + std::to_string(found) + "; this viosim reads version " +
                        std::to_string(kResultSchemaVersion));
    ResultSet out;
    out.run = in.at("run");
    out.seed = in.at("seed");
    for (const Json& a : in.at("axes")) out.axes.push_back({a.at("name"), a.at("labels")});
    const Json& report = in.at("report");
    out.report.title = in.at("title");
    out.report.stack_at = read_labels(report.at("stack_at"));
    out.report.sensitivity_at = read_labels(report.at("sensitivity_at"));
    out.report.rows = report.value("rows", "");
    for (const Json& r : report.at("references"))
      out.report.references.push_back({r.at("label"), r.at("value"), r.at("status"), read_labels(r.at("at"))});
    for (const Json& p : in.at("points")) out.points.push_back(read_point(p));
    return out;
  });
}

std::string to_file_text(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace viosim::platform
