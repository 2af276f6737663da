// The C++ header of a map, for models and tests.
#include <fmt/format.h>

#include "map.h"
#include "words.h"

namespace viosim::regs {
namespace {

std::string values_of(const std::vector<Value>& values, const std::string& indent) {
  std::string out;
  for (const Value& v : values) out += fmt::format("{}{} = {:#x},\n", indent, v.name, v.number);
  return out;
}

}  // namespace

std::string cpp_of(const Map& map) {
  std::string out =
      fmt::format("// {}.\n// Made from rtl/regs/{}.toml by viosim_regs: change that.\n", map.text, map.name);
  out += "#pragma once\n#include <cstdint>\n\n";
  if (!map.registers.empty()) out += "#include \"regs/field.hpp\"\n\n";
  out += fmt::format("namespace viosim::regs::{} {{\n", map.name);
  if (map.size > 0) out += fmt::format("\ninline constexpr std::uint32_t kSize = {:#x};\n", map.size);
  for (const Register& r : map.registers) {
    out += fmt::format("\n/// {} ({}).\nnamespace {} {{\n", r.text, r.access, r.name);
    out += fmt::format("inline constexpr std::uint32_t kOffset = {:#x}, kReset = {:#x}", r.offset, r.reset);
    out += r.count > 1 ? fmt::format(", kCount = {};\n", r.count) : std::string(";\n");
    for (const Field& f : r.fields) {
      out += fmt::format("inline constexpr Field k{}{{{}, {}}};  ///< {}\n", camel(f.name), f.low, f.width, f.text);
      if (!f.values.empty())
        out += fmt::format("enum class {} : std::uint32_t {{\n{}}};\n", camel(f.name), values_of(f.values, "  "));
    }
    out += fmt::format("}}  // namespace {}\n", r.name);
  }
  for (const Constants& c : map.constants)
    out += fmt::format("\n/// {}.\nenum class {} : std::uint{}_t {{\n{}}};\n", c.text, camel(c.name),
                       c.bits <= 8 ? 8 : c.bits <= 16 ? 16 : 32, values_of(c.values, "  "));
  for (const Layout& l : map.layouts) {
    out += fmt::format("\n/// {}.\nstruct {} {{\n", l.text, camel(l.name));
    for (const Member& m : l.members)
      out += fmt::format("  std::uint{}_t {} = 0;  ///< {}\n", m.bits, m.name, m.text);
    out += fmt::format("}};\nstatic_assert(sizeof({}) == {});\n", camel(l.name), l.size);
  }
  return out + fmt::format("\n}}  // namespace viosim::regs::{}\n", map.name);
}

}  // namespace viosim::regs
