// What a register map says, checked: registers, constants, layouts of memory.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace viosim::regs {

struct Value {
  std::string name;
  std::uint32_t number;
};

struct Field {
  std::string name, text;
  unsigned low, width;
  std::vector<Value> values;  ///< what its numbers are called; may be empty

  std::uint32_t mask() const { return (width == 32 ? ~0U : (1U << width) - 1) << low; }
};

struct Register {
  std::string name, text, access;
  std::uint32_t offset, reset, count;  ///< count: how many lie one behind another
  std::vector<Field> fields;
};

struct Constants {
  std::string name, text;
  unsigned bits;
  std::vector<Value> values;  ///< in order of their numbers
};

struct Member {
  std::string name, text;
  std::uint32_t offset;
  unsigned bits;
};

/// A piece of memory, little-endian, each member aligned to its size, without gaps.
struct Layout {
  std::string name, text;
  std::uint32_t size;
  std::vector<Member> members;
};

struct Map {
  std::string name, prefix, text;
  std::uint32_t size = 0;  ///< of the address range; 0: no registers
  std::vector<Register> registers;
  std::vector<Constants> constants;
  std::vector<Layout> layouts;
};

/// "file:line: key: what is wrong".
struct MapError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Map read_map(const std::string& file);

std::string systemverilog_of(const Map& map);
std::string c_of(const Map& map);
std::string cpp_of(const Map& map);

}  // namespace viosim::regs
