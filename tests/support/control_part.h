// The control processor of scenarios/parts/control-rv32.toml.
#pragma once
#include <string>

#include "control/control_processor_params.h"
#include "support/literal_params.h"
#include "toml++/toml.h"

namespace viosim::test {

inline LiteralParams control_part() {
  LiteralParams literals({});
  for (const auto& [key, node] : toml::parse_file(VIOSIM_SOURCE "/scenarios/parts/control-rv32.toml")) {
    const toml::table* const param = node.as_table();
    if (param == nullptr) continue;  // kind, text
    const auto value = (*param)["value"];
    literals.set(std::string(key.str()), value.is_string() ? value.ref<std::string>() : std::to_string(value.ref<std::int64_t>()));
  }
  return literals;
}

}  // namespace viosim::test
