// Values as users write them ("5 ns", "64 KB", "31.5 Gb/s") to and from the raw numbers of the quantities.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "kernel/param.h"

namespace viosim::platform {

/// A text that is no value of its dimension. `what()` is "<wrong>; expected <expected>".
class UnitError : public std::runtime_error {
 public:
  UnitError(std::string wrong, std::string expected)
      : std::runtime_error(wrong + "; expected " + expected),
        wrong_(std::move(wrong)),
        expected_(std::move(expected)) {}
  const std::string& wrong() const { return wrong_; }
  const std::string& expected() const { return expected_; }

 private:
  std::string wrong_, expected_;
};

/// The name of a dimension: "duration", "number of bytes", "bit rate" ...
std::string_view dimension_name(Dimension dimension);

/// What a user has to write, with an example: `a duration such as "5 ns" (ps, ns, us, ms, s)`.
std::string expected_form(Dimension dimension);

/// Text to the raw unit (ps, bytes, bit/s, Hz, cycles, count). Decimal arithmetic, hence exact: "0.1 ns" is
/// 100 ps. KB, MB and GB are powers of 1024, as KiB, MiB and GiB are (perftest counts so); rates are decimal.
/// Throws UnitError: wrong or missing unit, finer than the raw unit, 2^63 or more. Quantities and counts only.
std::int64_t parse_quantity(Dimension dimension, std::string_view text);

/// A plain finite number; throws UnitError.
double parse_ratio(std::string_view text);

/// Text to the value that `spec` describes, its bounds and choices checked; no source, no range.
ParamValue parse_literal(const ParamSpec& spec, std::string_view text);

/// The canonical text: exact, in the largest unit that is not larger than the value ("5 ns", "31.5 Gb/s");
/// bytes in the largest unit that divides them ("64 KB", "1500 B").
std::string format_quantity(Dimension dimension, std::int64_t raw);

/// The shortest text that reads back as the same double.
std::string format_ratio(double ratio);

/// The canonical text of a value of any dimension, unquoted.
std::string format_value(Dimension dimension, const ParamValue& value);

}  // namespace viosim::platform
