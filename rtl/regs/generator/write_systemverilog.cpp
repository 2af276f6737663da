// The SystemVerilog package of a map, for RTL: offsets, fields and enums; layouts as byte offsets.
#include <fmt/format.h>

#include "map.h"
#include "words.h"

namespace viosim::regs {
namespace {

std::string constant(const std::string& name, std::uint32_t value) {
  return fmt::format("  parameter logic [31:0] {} = 32'h{:08x};\n", name, value);
}

std::string enum_of(const std::string& type, unsigned bits, const std::vector<Value>& values) {
  std::string out = fmt::format("  typedef enum logic [{}:0] {{\n", bits - 1);
  for (std::size_t i = 0; i < values.size(); ++i)
    out += fmt::format("    {}_{} = {}'h{:x}{}\n", upper(type), upper(values[i].name), bits, values[i].number,
                       i + 1 < values.size() ? "," : "");
  return out + fmt::format("  }} {}_e;\n", type);
}

}  // namespace

std::string systemverilog_of(const Map& map) {
  std::string out =
      fmt::format("// {}.\n// Made from rtl/regs/{}.toml by viosim_regs: change that.\n", map.text, map.name);
  out += fmt::format("package {}_pkg;\n", map.name);
  if (map.size > 0) out += constant("SIZE", map.size);
  for (const Register& r : map.registers) {
    const std::string name = upper(r.name);
    out += fmt::format("\n  // {} ({}).\n", r.text, r.access) + constant(name + "_OFFSET", r.offset);
    if (r.count > 1) out += constant(name + "_COUNT", r.count);
    out += constant(name + "_RESET", r.reset);
    for (const Field& f : r.fields) {
      out += fmt::format("  parameter int unsigned {}_{}_LSB = {};  // {}\n", name, upper(f.name), f.low, f.text);
      out += constant(name + "_" + upper(f.name) + "_MASK", f.mask());
      if (!f.values.empty()) out += enum_of(r.name + "_" + f.name, f.width, f.values);
    }
  }
  for (const Constants& c : map.constants)
    out += fmt::format("\n  // {}.\n", c.text) + enum_of(c.name, c.bits, c.values);
  for (const Layout& l : map.layouts) {
    out += fmt::format("\n  // {}.\n", l.text) + constant(upper(l.name) + "_BYTES", l.size);
    for (const Member& m : l.members) out += constant(upper(l.name + "_" + m.name) + "_AT", m.offset);
  }
  return out + "\nendpackage\n";
}

}  // namespace viosim::regs
