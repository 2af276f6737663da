#include "platform/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "platform/did_you_mean.h"

namespace viosim::platform {
namespace {

__extension__ typedef __int128 Wide;

struct Unit {
  std::string_view name;
  std::int64_t raw;  ///< how many of the raw unit one of these is
};

// Largest first; of equals the one to print comes first.
constexpr std::array kDurationUnits = {Unit{"s", 1'000'000'000'000}, Unit{"ms", 1'000'000'000}, Unit{"us", 1'000'000},
                                       Unit{"ns", 1'000}, Unit{"ps", 1}};
constexpr std::array kByteUnits = {Unit{"TB", 1LL << 40}, Unit{"TiB", 1LL << 40}, Unit{"GB", 1LL << 30},
                                   Unit{"GiB", 1LL << 30}, Unit{"MB", 1LL << 20}, Unit{"MiB", 1LL << 20},
                                   Unit{"KB", 1LL << 10}, Unit{"KiB", 1LL << 10}, Unit{"B", 1}};
constexpr std::array kRateUnits = {Unit{"Gb/s", 1'000'000'000}, Unit{"Mb/s", 1'000'000}, Unit{"kb/s", 1'000},
                                   Unit{"b/s", 1}, Unit{"GB/s", 8'000'000'000}};
constexpr std::array kFrequencyUnits = {Unit{"GHz", 1'000'000'000}, Unit{"MHz", 1'000'000}, Unit{"kHz", 1'000},
                                        Unit{"Hz", 1}};
constexpr std::array kCycleUnits = {Unit{"cycles", 1}, Unit{"cycle", 1}};

struct DimensionInfo {
  Dimension dimension;
  std::string_view name, form;
  std::span<const Unit> units;
};

const std::array<DimensionInfo, 9> kDimensions = {{
    {Dimension::duration, "duration", "a duration such as \"5 ns\"", kDurationUnits},
    {Dimension::bytes, "number of bytes", "a number of bytes such as \"64 KB\"", kByteUnits},
    {Dimension::bit_rate, "bit rate", "a bit rate such as \"32 Gb/s\"", kRateUnits},
    {Dimension::frequency, "frequency", "a frequency such as \"2.67 GHz\"", kFrequencyUnits},
    {Dimension::cycles, "number of cycles", "a number of cycles such as \"761 cycles\"", kCycleUnits},
    {Dimension::count, "count", "a plain whole number such as 8", {}},
    {Dimension::ratio, "ratio", "a plain number such as 0.5", {}},
    {Dimension::boolean, "boolean", "true or false", {}},
    {Dimension::choice, "choice", "a word in quotes", {}},
}};

const DimensionInfo& info_of(Dimension dimension) { return kDimensions[static_cast<std::size_t>(dimension)]; }

const Unit* find_unit(const DimensionInfo& dimension, std::string_view name) {
  const auto found = std::find_if(dimension.units.begin(), dimension.units.end(),
                                  [&](const Unit& unit) { return unit.name == name; });
  return found == dimension.units.end() ? nullptr : &*found;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  return text.size() <= kLongest ? fmt::format("\"{}\"", text) : fmt::format("\"{}...\"", text.substr(0, kLongest));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Digits with the point taken out: value = sign * digits / 10^decimals. Outer zeros are gone.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::size_t decimals = 0;
  std::string_view rest;  ///< what follows the number
};

/// Empty digits and rest == text when no number stands there.
bool split_decimal(std::string_view text, Decimal& out) {
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) out.negative = text[at++] == '-';
  const std::size_t first = at;
  while (at < text.size() && is_digit(text[at])) out.digits += text[at++];
  if (at == first) return false;
  if (at < text.size() && text[at] == '.') {
    const std::size_t point = at++;
    while (at < text.size() && is_digit(text[at])) out.digits += text[at++];
    out.decimals = at - point - 1;
    if (out.decimals == 0) return false;
  }
  while (out.decimals > 0 && out.digits.back() == '0') {
    out.digits.pop_back();
    --out.decimals;
  }
  out.digits.erase(0, std::min(out.digits.find_first_not_of('0'), out.digits.size()));
  out.rest = text.substr(at);
  return true;
}

/// value * unit, exactly; throws on overflow and when a fraction of the raw unit stays.
std::int64_t scale(const Decimal& number, std::int64_t unit, std::string_view text, const std::string& form,
                   std::string_view raw_name) {
  constexpr std::size_t kMostDigits = 25;  // 10^25 * 8*10^9 fits 128 bits, and 10^25 of any unit is past 2^63
  if (number.digits.size() > kMostDigits || number.decimals > kMostDigits) {
    throw UnitError(quoted(text) + " has too many digits", form);
  }
  Wide value = 0, divisor = 1;
  for (const char digit : number.digits) value = value * 10 + (digit - '0');
  value *= unit;
  for (std::size_t i = 0; i < number.decimals; ++i) divisor *= 10;
  if (value % divisor != 0) {
    throw UnitError(quoted(text) + " is finer than 1 " + std::string(raw_name) + ", the smallest step", form);
  }
  value /= divisor;
  if (value > std::numeric_limits<std::int64_t>::max()) {
    throw UnitError(quoted(text) + " is too large: 2^63 " + std::string(raw_name) + " or more", form);
  }
  return static_cast<std::int64_t>(number.negative ? -value : value);
}

/// `is a duration` for a unit of another dimension, so that the reader sees what was mixed up.
std::string unit_complaint(std::string_view text, std::string_view unit, const DimensionInfo& wanted) {
  for (const DimensionInfo& other : kDimensions) {
    if (find_unit(other, unit) == nullptr) continue;
    return quoted(text) + " is a " + std::string(other.name) + ", not a " + std::string(wanted.name);
  }
  return quoted(text) + " has the unknown unit " + quoted(unit);
}

std::int64_t parse_whole(const DimensionInfo& dimension, std::string_view text) {
  const std::string form = expected_form(dimension.dimension);
  Decimal number;
  if (!split_decimal(text, number) || !number.rest.empty())
    throw UnitError(quoted(text) + " is no whole number", form);
  if (number.decimals > 0) throw UnitError(quoted(text) + " is no whole number", form);
  return scale(number, 1, text, form, "");
}

ParamValue checked(const ParamSpec& spec, ParamValue value, std::string_view text) {
  const auto limit = [&](std::int64_t raw) {
    return spec.dimension == Dimension::ratio ? fmt::format("{}", raw) : format_quantity(spec.dimension, raw);
  };
  if (!spec.allowed.empty()) {
    if (std::find(spec.allowed.begin(), spec.allowed.end(), value.number) != spec.allowed.end()) return value;
    std::vector<std::string> names;
    for (const std::int64_t raw : spec.allowed) names.push_back(limit(raw));
    throw UnitError(quoted(text) + " does not exist", "one of " + join_names(names));
  }
  const bool ratio = spec.dimension == Dimension::ratio;
  const bool low = ratio ? value.ratio < static_cast<double>(spec.low) : value.number < spec.low;
  const bool high = ratio ? value.ratio > static_cast<double>(spec.high) : value.number > spec.high;
  if (!low && !high) return value;
  const bool open = spec.high == std::numeric_limits<std::int64_t>::max();
  throw UnitError(quoted(text) + (low ? " is too small" : " is too large"),
                  open ? "at least " + limit(spec.low) : limit(spec.low) + " to " + limit(spec.high));
}

std::string plain_decimal(std::int64_t raw, std::int64_t unit) {
  const bool negative = raw < 0;
  const std::uint64_t magnitude = negative ? 0 - static_cast<std::uint64_t>(raw) : static_cast<std::uint64_t>(raw);
  const auto step = static_cast<std::uint64_t>(unit);
  std::string text = fmt::format("{}{}", negative ? "-" : "", magnitude / step);
  std::string fraction;
  std::uint64_t rest = magnitude % step;
  for (std::uint64_t place = step / 10; rest != 0; place /= 10) {
    fraction += static_cast<char>('0' + rest / place);
    rest %= place;
  }
  return fraction.empty() ? text : text + "." + fraction;
}

}  // namespace

std::string_view dimension_name(Dimension dimension) { return info_of(dimension).name; }

std::string expected_form(Dimension dimension) {
  const DimensionInfo& d = info_of(dimension);
  if (d.units.empty() || dimension == Dimension::cycles) return std::string(d.form);
  std::vector<std::string> names;
  for (const Unit& unit : d.units) names.insert(names.begin(), std::string(unit.name));
  return fmt::format("{} ({})", d.form, join_names(names));
}

std::int64_t parse_quantity(Dimension dimension, std::string_view text) {
  const DimensionInfo& d = info_of(dimension);
  if (d.units.empty()) return parse_whole(d, text);
  const std::string form = expected_form(dimension);
  Decimal number;
  if (!split_decimal(text, number)) throw UnitError(quoted(text) + " does not start with a number", form);
  std::string_view unit = number.rest;
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  if (unit.empty()) throw UnitError(quoted(text) + " has no unit", form);
  const Unit* found = find_unit(d, unit);
  if (found == nullptr) throw UnitError(unit_complaint(text, unit, d), form);
  const std::string_view raw_name = dimension == Dimension::bit_rate ? "b/s" : d.units.back().name;
  return scale(number, found->raw, text, form, raw_name);
}

double parse_ratio(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    throw UnitError(quoted(text) + " is no finite number", expected_form(Dimension::ratio));
  }
  return value;
}

ParamValue parse_literal(const ParamSpec& spec, std::string_view text) {
  ParamValue value;
  value.source.origin = Origin::assumed;
  switch (spec.dimension) {
    case Dimension::ratio:
      value.ratio = parse_ratio(text);
      return checked(spec, std::move(value), text);
    case Dimension::boolean:
      if (text != "true" && text != "false") {
        throw UnitError(quoted(text) + " is no truth value", expected_form(Dimension::boolean));
      }
      value.number = text == "true" ? 1 : 0;
      return value;
    case Dimension::choice: {
      const std::vector<std::string> choices(spec.choices.begin(), spec.choices.end());
      value.text = std::string(text);
      if (choices.empty() || std::find(choices.begin(), choices.end(), text) != choices.end()) return value;
      throw UnitError(quoted(text) + " is no choice", "one of " + join_names(choices) + did_you_mean(text, choices));
    }
    default:
      value.number = parse_quantity(spec.dimension, text);
      return checked(spec, std::move(value), text);
  }
}

std::string format_quantity(Dimension dimension, std::int64_t raw) {
  const DimensionInfo& d = info_of(dimension);
  if (d.units.empty()) return fmt::format("{}", raw);
  const bool whole = dimension == Dimension::bytes;
  const Unit* best = find_unit(d, dimension == Dimension::cycles ? "cycles" : d.units.back().name);
  if (dimension == Dimension::bit_rate) best = find_unit(d, "b/s");
  for (const Unit& unit : d.units) {
    const bool larger = unit.raw > best->raw && unit.name != "GB/s";
    const bool fits = whole ? raw % unit.raw == 0 : raw / unit.raw != 0;
    if (larger && fits && raw != 0) best = &unit;
  }
  return fmt::format("{} {}", plain_decimal(raw, best->raw), best->name);
}

std::string format_ratio(double ratio) { return fmt::format("{}", ratio); }

std::string format_value(Dimension dimension, const ParamValue& value) {
  switch (dimension) {
    case Dimension::ratio: return format_ratio(value.ratio);
    case Dimension::boolean: return value.number != 0 ? "true" : "false";
    case Dimension::choice: return value.text;
    default: return format_quantity(dimension, value.number);
  }
}

}  // namespace viosim::platform
