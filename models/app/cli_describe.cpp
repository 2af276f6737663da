// viosim describe: one cause, kind, part, or a run's instance or parameter.
#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "app/cli_command.h"
#include "app/cli_results.h"
#include "app/cli_simulation.h"
#include "kernel/cause.h"
#include "platform/did_you_mean.h"
#include "platform/report_table.h"
#include "platform/scenario.h"
#include "platform/units.h"

namespace viosim::app {
namespace {

void declare(OptionList& options) {
  options.add_options()(
      "at", boost::program_options::value<std::vector<std::string>>()->composing()->value_name("AXIS=LABEL"),
      "with RUN PATH: the point to describe (default: the first)");
  add_override_options(options);
  options.add_options()("out,o", boost::program_options::value<std::string>()->value_name("DIR"),
                        "with RUN PATH of a link: folder of the results to stand beside theory (default: "
                        "viosim-out/NAME)");
  add_scenario_options(options);
}

std::string source_text(const Source& source) {
  std::string text(platform::origin_name(source.origin));
  if (!source.ref.empty()) text += ", " + source.ref;
  if (!source.where.empty()) text += ", " + source.where;
  return text;
}

std::string describe_kind(const std::string& kind, const platform::KindSchema& schema) {
  platform::ListingReader listing;
  if (schema.params) schema.params(listing);
  std::string out = fmt::format("kind {}: {}\n", kind, schema.text);
  const std::string note = schema.note ? schema.note() : "";
  if (listing.specs().empty()) return out + "It has no parameters.\n" + note;
  platform::TextTable table({"parameter", "unit", "meaning"}, 3);
  for (const ParamSpec& spec : listing.specs()) {
    std::string unit(platform::dimension_name(spec.dimension));
    for (std::size_t i = 0; i < spec.choices.size(); ++i)
      unit += (i == 0 ? ": " : " | ") + std::string(spec.choices[i]);
    for (std::size_t i = 0; i < spec.allowed.size(); ++i)
      unit += (i == 0 ? ": " : " | ") + platform::format_quantity(spec.dimension, spec.allowed[i]);
    table.add({std::string(spec.key), unit, std::string(spec.text)});
  }
  return out + table.text() + note;
}

void add_entries(platform::TextTable& table, const platform::Instance& instance) {
  for (const auto& [key, entry] : instance.params)
    table.add({instance.path_of(key), entry.value.text,
               entry.range.size() == 2 ? entry.range[0].text + " .. " + entry.range[1].text : "",
               source_text(entry.source)});
  for (const platform::Instance& child : instance.children) add_entries(table, child);
}

std::string describe_part(const platform::ScenarioFiles& files, const std::string& name) {
  const platform::Sources sources = platform::load_sources(files);
  const platform::Table file = files.load("parts", name, {platform::kCommandLineFile, 1, 1}, "part");
  const platform::Instance part =
      platform::read_instance(file, "", {platform::Layer::part, &sources, {Origin::assumed, "", ""}});
  platform::TextTable table({"parameter", "value", "range", "source"}, 4);
  add_entries(table, part);
  const std::string kind = part.kind.name.empty() ? "" : " (kind " + part.kind.name + ")";
  return fmt::format("part {}{}\n", name, kind) + table.text();
}

std::string describe_run(const platform::RunFile& run) {
  std::string out = fmt::format("run {}: {}\nsystem {}, seed {}\n", run.name(), run.text(), run.system(), run.seed());
  for (const platform::Axis& axis : run.axes()) {
    out += fmt::format("axis {}:", axis.name);
    for (const platform::AxisPoint& point : axis.points) out += " '" + point.label + "'";
    out += "\n";
  }
  return out;
}

/// A system as its tree of instances, each with its kind and the part that it takes its numbers from.
void add_tree(platform::TextTable& table, const platform::ScenarioFiles& files, const std::string& path,
              const platform::Instance& instance) {
  std::string kind = instance.kind.name;
  if (kind.empty() && !instance.part.name.empty())
    kind = files.load("parts", instance.part.name, instance.part.position, "part").text("kind", "");
  table.add({path, kind, instance.part.name});
  for (const platform::Instance& child : instance.children) add_tree(table, files, path + "." + child.name, child);
}

std::string describe_system(const platform::ScenarioFiles& files, const std::string& name) {
  const platform::Sources sources = platform::load_sources(files);
  const platform::Table file = files.load("systems", name, {platform::kCommandLineFile, 1, 1}, "system");
  platform::TextTable table({"instance", "kind", "part"}, 3);
  for (const std::string& key : file.keys())
    if (key != "text" && key != "links")
      add_tree(table, files, key,
               platform::read_instance(file.table(key), key,
                                       {platform::Layer::system, &sources, {Origin::assumed, "", ""}}));
  const std::string text = file.text("text", "");
  return fmt::format("system {}:{}\n", name, text.empty() ? "" : " " + text) + table.text();
}

/// Value, unit, source and range of one parameter, checked as its kind wants it.
std::string describe_param(const platform::Instance& instance, const std::string& key, const ParamSpec& spec) {
  const std::string path = instance.path_of(key);
  const platform::Entry& entry = instance.params.at(key);
  const ParamValue value = platform::resolve(entry, spec, path);
  std::string out = fmt::format("{} = {}\n  meaning  {}\n  unit     {}\n  source   {}\n", path,
                                platform::format_value(spec.dimension, value), spec.text,
                                platform::dimension_name(spec.dimension), source_text(value.source));
  if (value.bounds.size() == 2)
    out += fmt::format("  range    {} .. {}\n", platform::format_value(spec.dimension, value.bounds[0]),
                       platform::format_value(spec.dimension, value.bounds[1]));
  return out + fmt::format("  stands   {}\n", entry.value.position.text());
}

std::string describe_instance(const platform::Instance& instance) {
  std::string out =
      fmt::format("{}: {}{}\n", instance.path, instance.kind.name.empty() ? "group" : "kind " + instance.kind.name,
                  instance.part.name.empty() ? "" : ", part " + instance.part.name);
  for (const platform::Instance& child : instance.children) out += fmt::format("  holds {}\n", child.path);
  platform::TextTable table({"parameter", "value", "range", "source"}, 4);
  platform::Instance own = instance;
  own.children.clear();
  add_entries(table, own);
  return instance.params.empty() ? out : out + table.text();
}

/// What theory allows an instance, beside what the run reached if its results stand where `run` puts them.
std::string theory_of(const platform::KindSchema& schema, platform::Scenario& scenario, const std::string& path,
                      const std::filesystem::path& results) {
  if (!std::filesystem::exists(results / "result.json")) return schema.theory(scenario, path, nullptr);
  const platform::ResultSet set = read_results(results);
  for (const platform::PointResult& point : set.points)
    if (point.labels == scenario.labels()) return schema.theory(scenario, path, &point);
  return schema.theory(scenario, path, nullptr);
}

std::string describe_path(const Arguments& arguments, const Host& host) {
  const platform::RunFile run = platform::RunFile::load(scenarios_of(arguments, host), arguments.words()[0]);
  const std::string path = arguments.words()[1];
  platform::Scenario scenario(run, point_at(run, arguments.labels("at")), overrides_of(arguments),
                              host.schemas);
  if (const platform::Instance* instance = scenario.find(path)) {
    const auto kind = host.schemas.find(instance->kind.name);
    const std::string own = describe_instance(*instance);
    if (kind == host.schemas.end() || !kind->second.theory) return own;
    return own + theory_of(kind->second, scenario, path, target_of(arguments, run.name()));
  }
  const std::string above(platform::parent_path(path)), key(platform::last_component(path));
  const platform::Instance* instance = scenario.find(above);
  if (!instance) throw UsageError("'" + path + "' is no path of the run: there is no instance '" + above + "'");
  const platform::SchemaIndex index(host.schemas);
  const ParamSpec* spec = index.find(instance->kind.name, key);
  if (!spec || instance->params.count(key) == 0) {
    std::vector<std::string> names = index.keys(instance->kind.name);
    for (const platform::Instance& child : instance->children) names.push_back(child.name);
    throw UsageError(above + " (kind " + instance->kind.name + ") has neither a parameter nor an instance '" + key +
                     "' (viosim describe " + run.name() + " " + above + " shows what it has)" +
                     platform::did_you_mean(key, names));
  }
  return describe_param(*instance, key, *spec);
}

std::string describe_word(const std::string& word, const Arguments& arguments, const Host& host) {
  std::vector<std::string> names;
  for (const CauseInfo& cause : kCauses) {
    if (cause.name == word) return fmt::format("cause {} ({}): {}\n", cause.name, cause.group, cause.sentence);
    names.emplace_back(cause.name);
  }
  const platform::ScenarioFiles files(scenarios_of(arguments, host));
  std::string out;
  for (const auto& [kind, schema] : host.schemas) {
    if (kind == word) out += describe_kind(kind, schema);
    names.push_back(kind);
  }
  for (const std::string& part : files.names("parts")) {
    if (part == word) out += (out.empty() ? "" : "\n") + describe_part(files, part);
    names.push_back(part);
  }
  for (const std::string& run : files.names("runs")) {
    if (run == word) out += (out.empty() ? "" : "\n") + describe_run(platform::RunFile::load(files.root(), run));
    names.push_back(run);
  }
  for (const std::string& system : files.names("systems")) {
    if (system == word) out += (out.empty() ? "" : "\n") + describe_system(files, system);
    names.push_back(system);
  }
  if (!out.empty()) return out;
  throw UsageError("'" + word + "' is no cause, kind, part, run or system (viosim list shows them all)" +
                   platform::did_you_mean(word, names));
}

int perform(const Arguments& arguments, Host& host) {
  host.out << (arguments.words().size() == 2 ? describe_path(arguments, host)
                                             : describe_word(arguments.words().front(), arguments, host))
           << std::flush;
  return 0;
}

}  // namespace

Command describe_command() {
  return {"describe", "WHAT | RUN PATH", 1, 2, "a cause, kind, part, run or system, or what a run has at a path",
          "A parameter shows its value, unit, source and range; a kind its parameters; a cause its sentence.\n\n"
          "examples:\n  viosim describe PageWalk\n  viosim describe rdma-write-latency esx0.hca0\n"
          "  viosim describe rdma-write-latency esx0.vm0.rdma0.decode --at path=vrdma\n",
          declare, perform};
}

}  // namespace viosim::app
