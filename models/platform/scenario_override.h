// One value set by path: from the run file, from a point of its sweep, or from the command line.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "platform/scenario_instance.h"

namespace viosim::platform {

/// `esx0.vm0.rdma0.inline_limit` = `0 B`. The last component is a parameter, `kind` or `part`; the paths `seed`
/// and `fidelity.<path>` are the run's own.
struct Override {
  std::string path;
  Value value;
  Layer layer = Layer::command_line;

  /// `path=value` as given with -p; `number` counts the overrides of the command line from 1.
  static Override parse(std::string_view text, std::uint32_t number);
};

/// Every scalar in a table by its dotted path; keys may be quoted paths or nested tables. `skip` is left out.
std::vector<Override> read_overrides(const Table& table, Layer layer, std::string_view skip = {});

/// Puts the override into the tree; instances that no file declares are made and marked `only_overridden`.
void apply(Instance& root, const Override& change, const Source& source);

/// `a.b` out of `a.b.c`, and `c`.
std::string_view parent_path(std::string_view path);
std::string_view last_component(std::string_view path);

}  // namespace viosim::platform
