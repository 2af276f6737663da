// viosim_regs OUT MAP.toml...: writes each map for SystemVerilog, C and C++ below OUT.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "map.h"

namespace {

void write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw std::runtime_error(fmt::format("{}: cannot be written", file.string()));
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    fmt::print(stderr, "viosim_regs OUT MAP.toml...\n");
    return 2;
  }
  try {
    const std::filesystem::path out = arguments[1];
    for (int i = 2; i < count; ++i) {
      const viosim::regs::Map map = viosim::regs::read_map(arguments[i]);
      write(out / (map.name + "_pkg.sv"), systemverilog_of(map));
      write(out / "regs" / (map.name + ".h"), c_of(map));
      write(out / "regs" / (map.name + ".hpp"), cpp_of(map));
    }
  } catch (const std::exception& e) {
    fmt::print(stderr, "viosim_regs: {}\n", e.what());
    return 1;
  }
  return 0;
}
