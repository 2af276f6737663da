// A value as it stands in a scenario, with its place and its source, before anyone asked for its dimension.
#pragma once
#include <optional>
#include <string>
#include <toml++/impl/forward_declarations.h>
#include <vector>

#include "kernel/param.h"
#include "platform/scenario_error.h"
#include "platform/scenario_sources.h"

namespace viosim::platform {

/// A scalar of a file, or a bare text of the command line (`literal`), which takes the form that is asked for.
struct Value {
  enum class Form : std::uint8_t { text, integer, real, boolean, literal };
  Form form = Form::literal;
  std::string text;  ///< without quotes; numbers in their shortest form
  Position position;
};

/// Who said it; later ones win over earlier ones.
enum class Layer : std::uint8_t { part, system, run, override_, axis, command_line };

/// What a block got for one of its parameters.
struct ReadParam {
  Dimension dimension;
  ParamValue value;
};

/// One parameter of an instance.
struct Entry {
  Value value;
  Source source;
  std::vector<Value> range;  ///< empty, or {low, high}
  Layer layer = Layer::part;
  std::string declared_kind;  ///< kind of the table it stands in; empty when that gives none
  Position position;          ///< of the key
  std::optional<ReadParam> read = {};
};

/// A scalar; anything else is a ScenarioError at the node under `key`.
Value read_scalar(const toml::node& node, const std::string& file, const std::string& key);

/// `{ value =, origin =, ref =, where =, range = }`: the keys, the origin and the source are checked, the value
/// itself when its dimension is known. `key` is what errors call it.
Entry read_sourced(const toml::table& table, const std::string& file, const std::string& key, const Sources& sources);

/// The value in the dimension of `spec`: form, bounds, choices and range are checked. `path` is what errors call it.
ParamValue resolve(const Entry& entry, const ParamSpec& spec, const std::string& path);

}  // namespace viosim::platform
