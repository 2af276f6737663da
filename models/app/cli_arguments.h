// The options a command declares, and what the user gave for them.
#pragma once
#include <boost/program_options.hpp>
#include <optional>
#include <string>
#include <vector>

#include "platform/result.h"

namespace viosim::app {

using OptionList = boost::program_options::options_description;

/// Options that several commands share.
void add_scenario_options(OptionList& options);    ///< --scenarios
void add_override_options(OptionList& options);    ///< -p --seed
void add_simulation_options(OptionList& options);  ///< --jobs --time-limit --scheduler --quiet
void add_format_option(OptionList& options);       ///< --format
void add_out_option(OptionList& options);          ///< --out

enum class Format { table, json, csv };

class Arguments {
 public:
  /// Throws UsageError: unknown option (with did you mean), bad value, words too few or too many.
  Arguments(const std::vector<std::string>& args, const OptionList& options, const std::string& words,
            std::size_t least, std::size_t most);

  const std::vector<std::string>& words() const { return words_; }
  bool has(const std::string& option) const { return given_.count(option) != 0; }
  std::string text(const std::string& option) const { return given_[option].as<std::string>(); }
  std::vector<std::string> texts(const std::string& option) const;
  std::optional<std::int64_t> integer(const std::string& option) const;
  /// One of `choices`, the first being the default.
  std::string choice(const std::string& option, const std::vector<std::string>& choices) const;
  Format format() const;
  /// axis=label, as often as given.
  platform::Labels labels(const std::string& option) const;

 private:
  boost::program_options::variables_map given_;
  std::vector<std::string> words_;
};

}  // namespace viosim::app
