// Reads a register map and refuses what contradicts itself.
#include <filesystem>

#include "table_reader.h"

namespace viosim::regs {
namespace {

/// "7" or "15:8".
void read_bits(TableReader& in, Field& field) {
  const std::string bits = in.text("bits");
  unsigned high = 0, low = 0;
  char rest = 0;
  const int n = std::sscanf(bits.c_str(), "%u:%u%c", &high, &low, &rest);
  if (n == 1) low = high;
  if ((n != 1 && n != 2) || (n == 1) != (bits.find(':') == std::string::npos) || high > 31 || low > high)
    in.fail("bits", fmt::format("'{}' must be a bit or high:low, at most 31", bits));
  field.low = low;
  field.width = high - low + 1;
}

Field read_field(TableReader in) {
  Field field{in.name("name"), in.text("text"), 0, 0, {}};
  read_bits(in, field);
  if (in.has("enum")) {
    field.values = in.values("enum", field.width);
    in.check_distinct("enum", field.values);
  }
  in.done();
  return field;
}

/// Bits that a register has: its fields', or all if it has none.
std::uint32_t bits_of(const Register& r) {
  std::uint32_t bits = r.fields.empty() ? ~0U : 0;
  for (const Field& f : r.fields) bits |= f.mask();
  return bits;
}

Register read_register(TableReader in, std::uint32_t size) {
  Register r{in.name("name"), in.text("text"), in.text("access"), in.number("offset"), in.number("reset"),
             in.has("count") ? in.number("count", 1024) : 1, {}};
  if (r.access != "ro" && r.access != "rw" && r.access != "wo" && r.access != "w1c")
    in.fail("access", fmt::format("'{}' must be ro, rw, wo or w1c", r.access));
  if (r.offset % 4 != 0) in.fail("offset", "must be a multiple of 4");
  if (r.count == 0) in.fail("count", "must be 1 at least");
  if (r.offset >= size || r.count > (size - r.offset) / 4) in.fail("offset", "lies outside the map");
  std::uint32_t taken = 0;
  for (TableReader& f : in.tables("fields")) {
    r.fields.push_back(read_field(f));
    if ((taken & r.fields.back().mask()) != 0) f.fail("bits", "overlap another field's");
    taken |= r.fields.back().mask();
    for (std::size_t i = 0; i + 1 < r.fields.size(); ++i)
      if (r.fields[i].name == r.fields.back().name) f.fail("name", "is another field's too");
  }
  if ((r.reset & ~bits_of(r)) != 0) in.fail("reset", fmt::format("{:#x} does not fit the fields", r.reset));
  in.done();
  return r;
}

Constants read_constants(TableReader in) {
  Constants c{in.name("name"), in.text("text"), in.number("bits", 32), {}};
  if (c.bits == 0) in.fail("bits", "must be 1 at least");
  c.values = in.values("values", c.bits);
  in.done();
  return c;
}

Layout read_layout(TableReader in) {
  Layout l{in.name("name"), in.text("text"), in.number("size", 4096), {}};
  std::uint32_t end = 0, widest = 1;
  for (TableReader& f : in.tables("fields")) {
    const Member m{f.name("name"), f.text("text"), f.number("offset"), f.number("bits")};
    if (m.bits != 8 && m.bits != 16 && m.bits != 32 && m.bits != 64) f.fail("bits", "must be 8, 16, 32 or 64");
    if (m.offset % (m.bits / 8) != 0) f.fail("offset", "must be a multiple of the field's size");
    if (m.offset < end) f.fail("offset", "overlaps the field before");
    if (m.offset > end) f.fail("offset", fmt::format("leaves a gap from {} on", end));
    for (const Member& other : l.members)
      if (other.name == m.name) f.fail("name", "is another field's too");
    f.done();
    end = m.offset + m.bits / 8;
    widest = std::max(widest, m.bits / 8);
    l.members.push_back(m);
  }
  if (l.members.empty()) in.fail("fields", "is missing");
  if (end != l.size || l.size % widest != 0) in.fail("size", fmt::format("the fields end at {}", end));
  in.done();
  return l;
}

/// No two of a kind have one name; registers do not overlap.
void check_against_others(const Map& map, const TableReader& in) {
  const Register& last = map.registers.back();
  for (std::size_t i = 0; i + 1 < map.registers.size(); ++i) {
    const Register& r = map.registers[i];
    if (r.name == last.name) in.fail("name", "is another register's too");
    if (last.offset < r.offset + 4 * r.count && r.offset < last.offset + 4 * last.count)
      in.fail("offset", fmt::format("overlaps {}", r.name));
  }
}

template <class T>
void check_names(const std::vector<T>& all, const TableReader& in) {
  for (std::size_t i = 0; i + 1 < all.size(); ++i)
    if (all[i].name == all.back().name) in.fail("name", "is another one's too");
}

}  // namespace

Map read_map(const std::string& file) {
  const std::string short_name = std::filesystem::path(file).filename().string();
  toml::table root;
  try {
    root = toml::parse_file(file);
  } catch (const toml::parse_error& e) {
    throw MapError(fmt::format("{}:{}: {}", short_name, e.source().begin.line, e.description()));
  }
  TableReader in(root, short_name, "");
  Map map;
  map.name = in.name("name");
  if (map.name + ".toml" != short_name) in.fail("name", "must be the file's");
  map.prefix = in.has("prefix") ? in.name("prefix") : map.name;
  map.text = in.text("text");
  if (in.has("register")) map.size = in.number("size");
  for (TableReader& r : in.tables("register")) {
    map.registers.push_back(read_register(r, map.size));
    check_against_others(map, r);
  }
  for (TableReader& c : in.tables("enum")) {
    map.constants.push_back(read_constants(c));
    check_names(map.constants, c);
  }
  for (TableReader& l : in.tables("layout")) {
    map.layouts.push_back(read_layout(l));
    check_names(map.layouts, l);
  }
  in.done();
  return map;
}

}  // namespace viosim::regs
