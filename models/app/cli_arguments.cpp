#include "app/cli_arguments.h"

#include <algorithm>

#include "app/cli.h"
#include "platform/did_you_mean.h"
#include "platform/result_format.h"

namespace viosim::app {
namespace {

namespace po = boost::program_options;

constexpr const char* kWords = "words";  // Boost's name for what is no option

std::vector<std::string> names_of(const OptionList& options) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back("--" + option->long_name());
  return names;
}

po::variables_map parse(const std::vector<std::string>& args, const OptionList& visible) {
  OptionList all;
  all.add(visible).add_options()(kWords, po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add(kWords, -1);
  po::variables_map given;
  try {
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(args).options(all).positional(positional).style(style).run(), given);
    po::notify(given);
  } catch (const po::unknown_option& e) {
    const std::string name = e.get_option_name();
    throw UsageError("unknown option " + name + platform::did_you_mean(name, names_of(visible)));
  } catch (const po::error& e) {
    throw UsageError(e.what());
  }
  return given;
}

}  // namespace

void add_scenario_options(OptionList& options) {
  options.add_options()("scenarios", po::value<std::string>()->value_name("DIR"),
                        "folder of parts/, systems/, runs/ (default: the one viosim came with)");
}

void add_override_options(OptionList& options) {
  options.add_options()("param,p", po::value<std::vector<std::string>>()->composing()->value_name("PATH=VALUE"),
                        "set a parameter; may be given often")(
      "seed", po::value<std::string>()->value_name("N"), "seed of all random streams (default: the run's)");
}

void add_simulation_options(OptionList& options) {
  options.add_options()("jobs,j", po::value<std::string>()->value_name("N"),
                        "points simulated at once (default: the number of cores)")(
      "time-limit", po::value<std::string>()->value_name("SECONDS"), "wall time a point may take; then exit code 4")(
      "scheduler", po::value<std::string>()->value_name("fast|systemc"),
      "own event queue, or one SystemC event a wait; same results")("quiet,q", "no progress, no messages");
}

void add_format_option(OptionList& options) {
  options.add_options()("format", po::value<std::string>()->value_name("table|json|csv"), "form of the output");
}

void add_out_option(OptionList& options) {
  options.add_options()("out,o", po::value<std::string>()->value_name("DIR"),
                        "folder of results, replaced as a whole (default: viosim-out/NAME)");
}

Arguments::Arguments(const std::vector<std::string>& args, const OptionList& options, const std::string& words,
                     std::size_t least, std::size_t most)
    : given_(parse(args, options)) {
  if (has(kWords)) words_ = given_[kWords].as<std::vector<std::string>>();
  if (words_.size() < least) throw UsageError("something is missing: " + words);
  if (words_.size() > most)
    throw UsageError("'" + words_[most] + "' is too much: " + (words.empty() ? "nothing" : words) + " is expected");
}

std::vector<std::string> Arguments::texts(const std::string& option) const {
  return has(option) ? given_[option].as<std::vector<std::string>>() : std::vector<std::string>();
}

std::optional<std::int64_t> Arguments::integer(const std::string& option) const {
  if (!has(option)) return std::nullopt;
  const std::string given = text(option);
  const bool digits = given.find_first_not_of("0123456789") == std::string::npos;
  const auto number = platform::parse_decimal(given, 1);
  if (!digits || !number) throw UsageError("--" + option + " " + given + ": a whole number is expected");
  return number;
}

std::string Arguments::choice(const std::string& option, const std::vector<std::string>& choices) const {
  if (!has(option)) return choices.front();
  const std::string given = text(option);
  if (std::find(choices.begin(), choices.end(), given) != choices.end()) return given;
  throw UsageError("--" + option + " " + given + ": one of " + platform::join_names(choices) + " is expected" +
                   platform::did_you_mean(given, choices));
}

Format Arguments::format() const {
  const std::string name = choice("format", {"table", "json", "csv"});
  return name == "json" ? Format::json : name == "csv" ? Format::csv : Format::table;
}

platform::Labels Arguments::labels(const std::string& option) const {
  platform::Labels labels;
  for (const std::string& given : texts(option)) {
    const std::size_t equals = given.find('=');
    if (equals == std::string::npos) throw UsageError("--" + option + " " + given + ": axis=label is expected");
    labels.emplace_back(given.substr(0, equals), given.substr(equals + 1));
  }
  return labels;
}

}  // namespace viosim::app
