// viosim list: what there is.
#include <fmt/format.h>

#include <ostream>

#include "app/cli_command.h"
#include "app/cli_simulation.h"
#include "kernel/cause.h"
#include "platform/report_table.h"
#include "platform/result_format.h"
#include "platform/result_json.h"
#include "platform/scenario_files.h"

namespace viosim::app {
namespace {

struct Item {
  std::string name, text;
};
struct Section {
  std::string name;
  std::vector<Item> items;
};

const std::vector<std::string> kSections = {"runs", "systems", "parts", "validations", "kinds", "causes"};

void declare(OptionList& options) {
  add_format_option(options);
  add_scenario_options(options);
}

/// The files of a folder with their `text` (or `title`); a file that does not parse says so in its line.
Section folder(const platform::ScenarioFiles& files, const std::string& name) {
  Section section{name, {}};
  for (const std::string& file : files.names(name)) {
    std::string text;
    try {
      const platform::Table table = platform::ScenarioFiles::load_file(files.root() / name / (file + ".toml"));
      for (const char* key : {"text", "title"})
        if (text.empty()) text = table.text(key, "");
    } catch (const platform::ScenarioError& e) {
      text = std::string("broken: ") + e.what();
    }
    section.items.push_back({file, text});
  }
  return section;
}

std::vector<Section> sections(const Arguments& arguments, const Host& host) {
  const std::string wanted = arguments.words().empty() ? "" : arguments.words().front();
  std::vector<Section> out;
  for (const std::string& name : kSections) {
    if (!wanted.empty() && wanted != name) continue;
    if (name == "kinds") {
      Section& section = out.emplace_back(Section{name, {}});
      for (const auto& [kind, schema] : host.schemas) section.items.push_back({kind, schema.text});
    } else if (name == "causes") {
      Section& section = out.emplace_back(Section{name, {}});
      for (const CauseInfo& cause : kCauses)
        section.items.push_back({std::string(cause.name), fmt::format("{}: {}", cause.group, cause.sentence)});
    } else {
      out.push_back(folder(platform::ScenarioFiles(scenarios_of(arguments, host)), name));
    }
  }
  if (out.empty()) {
    std::string all;
    for (const std::string& name : kSections) all += (all.empty() ? "" : ", ") + name;
    throw UsageError("'" + wanted + "' is nothing to list; one of " + all + " is expected");
  }
  return out;
}

int perform(const Arguments& arguments, Host& host) {
  const Format format = arguments.format();
  platform::Json json = platform::Json::object();
  if (format == Format::csv) host.out << "what,name,text\n";
  bool first = true;
  for (const Section& section : sections(arguments, host)) {
    if (format == Format::table) host.out << (first ? "" : "\n") << section.name << ":\n";
    first = false;
    json[section.name] = platform::Json::array();
    for (const Item& item : section.items) {
      json[section.name].push_back({{"name", item.name}, {"text", item.text}});
      if (format == Format::table)
        host.out << fmt::format("  {:<24}{}{}\n", item.name, item.text.empty() ? "" : "  ", item.text);
      if (format == Format::csv)
        host.out << fmt::format("{},{},{}\n", section.name, platform::csv_field(item.name),
                                platform::csv_field(item.text));
    }
  }
  if (format == Format::json) host.out << platform::to_file_text(json);
  host.out << std::flush;
  return 0;
}

}  // namespace

Command list_command() {
  return {"list", "[WHAT]", 0, 1, "runs, systems, parts, validations, kinds and causes",
          "WHAT is one of runs, systems, parts, validations, kinds, causes; without it, all of them.\n\n"
          "examples:\n  viosim list\n  viosim list runs\n  viosim list causes --format csv\n",
          declare, perform};
}

}  // namespace viosim::app
