// The C header of a map: macros and structs, for firmware.
#include <fmt/format.h>

#include "map.h"
#include "words.h"

namespace viosim::regs {

std::string c_of(const Map& map) {
  const std::string p = upper(map.prefix) + "_";
  const std::string guard = "VIOSIM_REGS_" + upper(map.name) + "_H";
  std::string out =
      fmt::format("/* {}.\n   Made from rtl/regs/{}.toml by viosim_regs: change that. */\n", map.text, map.name);
  out += fmt::format("#ifndef {0}\n#define {0}\n\n", guard);
  if (!map.layouts.empty()) out += "#include <stddef.h>\n#include <stdint.h>\n\n";
  if (map.size > 0) out += fmt::format("#define {}SIZE {:#x}u\n", p, map.size);
  for (const Register& r : map.registers) {
    const std::string name = p + upper(r.name);
    out += fmt::format("\n/* {} ({}) */\n#define {} {:#x}u\n", r.text, r.access, name, r.offset);
    if (r.count > 1) out += fmt::format("#define {}_COUNT {}u\n", name, r.count);
    out += fmt::format("#define {}_RESET {:#x}u\n", name, r.reset);
    for (const Field& f : r.fields) {
      const std::string field = name + "_" + upper(f.name);
      out += fmt::format("#define {0}_SHIFT {1}u /* {2} */\n#define {0}_MASK {3:#x}u\n", field, f.low, f.text,
                         f.mask());
      for (const Value& v : f.values) out += fmt::format("#define {}_{} {:#x}u\n", field, upper(v.name), v.number);
    }
  }
  for (const Constants& c : map.constants) {
    out += fmt::format("\n/* {} */\n", c.text);
    for (const Value& v : c.values)
      out += fmt::format("#define {}{}_{} {:#x}u\n", p, upper(c.name), upper(v.name), v.number);
  }
  for (const Layout& l : map.layouts) {
    const std::string name = map.prefix + "_" + l.name;
    out += fmt::format("\n/* {} */\nstruct {} {{\n", l.text, name);
    for (const Member& m : l.members) out += fmt::format("  uint{}_t {}; /* {} */\n", m.bits, m.name, m.text);
    // A size that differs does not compile, in C and in C++.
    out += fmt::format("}};\ntypedef char {0}_is_{1}_bytes[sizeof(struct {0}) == {1} ? 1 : -1];\n", name, l.size);
  }
  return out + fmt::format("\n#endif /* {} */\n", guard);
}

}  // namespace viosim::regs
