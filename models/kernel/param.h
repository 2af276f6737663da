// Parameters: a value cannot exist without its source, and its key, text and bounds stand in one line:
//
//   struct LinkParams {
//     Param<Duration> propagation;
//     explicit LinkParams(ParamReader& in)
//         : propagation(in.get<Duration>("propagation", "wire and serialisers, one way")) {}
//   };
//
// Three readers exist: the scenario's (platform/), one that only lists (describe), and the tests' own.
#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/quantity.h"

namespace viosim {

enum class Origin : std::uint8_t { spec, datasheet, paper, measured, derived, recalled, assumed, override_ };

/// Where a number comes from. `ref` is a key of sources.toml, `where` the place inside (table, page) or,
/// for a derived number, its formula.
struct Source {
  Origin origin = Origin::assumed;
  std::string ref, where;
};

/// A value with its source and, when it is uncertain (recalled, assumed) or known as one, its range.
template <class T>
class Param {
 public:
  Param(T value, Source source, std::optional<std::pair<T, T>> range = {})
      : value_(std::move(value)), source_(std::move(source)), range_(std::move(range)) {}
  const T& operator*() const { return value_; }
  const T* operator->() const { return &value_; }
  const Source& source() const { return source_; }
  const std::optional<std::pair<T, T>>& range() const { return range_; }

 private:
  T value_;
  Source source_;
  std::optional<std::pair<T, T>> range_;
};

enum class Dimension : std::uint8_t { duration, bytes, bit_rate, frequency, cycles, count, ratio, boolean, choice };

template <class T> struct DimensionOf;
template <> struct DimensionOf<Duration> { static constexpr auto value = Dimension::duration; };
template <> struct DimensionOf<Bytes> { static constexpr auto value = Dimension::bytes; };
template <> struct DimensionOf<BitRate> { static constexpr auto value = Dimension::bit_rate; };
template <> struct DimensionOf<Frequency> { static constexpr auto value = Dimension::frequency; };
template <> struct DimensionOf<Cycles> { static constexpr auto value = Dimension::cycles; };
template <> struct DimensionOf<Count> { static constexpr auto value = Dimension::count; };
template <> struct DimensionOf<double> { static constexpr auto value = Dimension::ratio; };
template <> struct DimensionOf<bool> { static constexpr auto value = Dimension::boolean; };
template <> struct DimensionOf<std::string> { static constexpr auto value = Dimension::choice; };

/// What a block says about one of its parameters. Bounds are inclusive and in the raw unit of the type
/// (ps, bytes, bit/s, Hz, cycles, count); a value outside is an error of the scenario.
struct ParamSpec {
  Dimension dimension;
  std::string_view key, text;
  std::int64_t low = 0, high = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string_view> choices = {};
  std::vector<std::int64_t> allowed = {};  ///< unless empty: the only values, ascending
};

/// What a reader answers: one member holds the value, by dimension.
struct ParamValue {
  std::int64_t number = 0;  ///< also bool
  double ratio = 0;
  std::string text;
  Source source;
  std::vector<ParamValue> bounds;  ///< empty, or {low, high}
};

/// Reads the parameters of one block. `get` fails by an exception that names file, line and key.
class ParamReader {
 public:
  virtual ~ParamReader() = default;

  /// A quantity between `low` and `high` of the same type (both inclusive).
  template <class T>
  Param<T> get(std::string_view key, std::string_view text, std::int64_t low = lowest<T>(),
               std::int64_t high = std::numeric_limits<std::int64_t>::max()) {
    return convert<T>(read({DimensionOf<T>::value, key, text, low, high}));
  }
  /// A quantity that has a few values only.
  template <class T>
  Param<T> one_of(std::string_view key, std::string_view text, std::vector<std::int64_t> allowed) {
    return convert<T>(read({DimensionOf<T>::value, key, text, allowed.front(), allowed.back(), {}, allowed}));
  }
  /// One word out of `choices`.
  Param<std::string> choice(std::string_view key, std::string_view text, std::vector<std::string_view> choices) {
    return convert<std::string>(read({Dimension::choice, key, text, 0, 0, std::move(choices)}));
  }

 protected:
  virtual ParamValue read(const ParamSpec& spec) = 0;

 private:
  /// A rate or a clock of zero divides by zero: their lowest value is 1.
  template <class T>
  static constexpr std::int64_t lowest() {
    return DimensionOf<T>::value == Dimension::bit_rate || DimensionOf<T>::value == Dimension::frequency ? 1 : 0;
  }
  template <class T>
  static T extract(const ParamValue& v) {
    if constexpr (DimensionOf<T>::value == Dimension::ratio) return v.ratio;
    else if constexpr (DimensionOf<T>::value == Dimension::choice) return v.text;
    else if constexpr (DimensionOf<T>::value == Dimension::boolean) return v.number != 0;
    else return T(v.number);
  }
  template <class T>
  static Param<T> convert(const ParamValue& v) {
    if (v.bounds.size() != 2) return Param<T>(extract<T>(v), v.source);
    return Param<T>(extract<T>(v), v.source, std::pair{extract<T>(v.bounds[0]), extract<T>(v.bounds[1])});
  }
};

}  // namespace viosim
