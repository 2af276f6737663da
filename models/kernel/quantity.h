// Quantities: one type a dimension, no implicit conversion. Time is int64 picoseconds (106 days).
#pragma once
#include <compare>
#include <cstdint>

namespace viosim {

/// A number with a dimension. Addition stays inside the dimension; scaling takes a plain integer.
template <class Tag>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(std::int64_t raw) : raw_(raw) {}
  constexpr std::int64_t raw() const { return raw_; }
  constexpr auto operator<=>(const Quantity&) const = default;
  constexpr Quantity operator+(Quantity o) const { return Quantity(raw_ + o.raw_); }
  constexpr Quantity operator-(Quantity o) const { return Quantity(raw_ - o.raw_); }
  constexpr Quantity operator*(std::int64_t n) const { return Quantity(raw_ * n); }
  constexpr std::int64_t operator/(Quantity o) const { return raw_ / o.raw_; }
  constexpr Quantity operator%(Quantity o) const { return Quantity(raw_ % o.raw_); }
  constexpr Quantity& operator+=(Quantity o) { raw_ += o.raw_; return *this; }
  constexpr Quantity& operator-=(Quantity o) { raw_ -= o.raw_; return *this; }

 private:
  std::int64_t raw_ = 0;
};

using Duration = Quantity<struct DurationTag>;    ///< picoseconds
using Bytes = Quantity<struct BytesTag>;          ///< bytes
using BitRate = Quantity<struct BitRateTag>;      ///< bits per second
using Frequency = Quantity<struct FrequencyTag>;  ///< hertz
using Cycles = Quantity<struct CyclesTag>;        ///< clock cycles of whoever executes them
using Count = Quantity<struct CountTag>;          ///< entries, lanes, slots: a plain number

constexpr Duration picoseconds(std::int64_t n) { return Duration(n); }
constexpr Duration nanoseconds(std::int64_t n) { return Duration(n * 1'000); }
constexpr Duration microseconds(std::int64_t n) { return Duration(n * 1'000'000); }
constexpr Bytes bytes(std::int64_t n) { return Bytes(n); }

inline constexpr Duration kZeroTime{};
inline constexpr std::int64_t kPsPerSecond = 1'000'000'000'000;

/// a * b / c rounded up, without overflow in between.
constexpr std::int64_t scale_up(std::int64_t a, std::int64_t b, std::int64_t c) {
  std::int64_t narrow = 0;
  if (!__builtin_mul_overflow(a, b, &narrow) && narrow <= INT64_MAX - c) return (narrow + c - 1) / c;
  __extension__ using Wide = __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::int64_t>((product + c - 1) / c);
}

/// Time that `size` takes at `rate`; rounds up to a whole picosecond. `rate` is positive.
constexpr Duration operator/(Bytes size, BitRate rate) {
  return Duration(scale_up(size.raw() * 8, kPsPerSecond, rate.raw()));
}
/// Time that `n` cycles take at `clock`; rounds up to a whole picosecond. `clock` is positive.
constexpr Duration operator/(Cycles n, Frequency clock) {
  return Duration(scale_up(n.raw(), kPsPerSecond, clock.raw()));
}
/// One cycle of `clock`.
constexpr Duration period(Frequency clock) { return Cycles(1) / clock; }

/// A point in simulated time: picoseconds since the start of the run.
class Time {
 public:
  constexpr Time() = default;
  constexpr explicit Time(std::int64_t ps) : ps_(ps) {}
  static constexpr Time never() { return Time(INT64_MAX); }
  constexpr std::int64_t ps() const { return ps_; }
  constexpr auto operator<=>(const Time&) const = default;
  constexpr Time operator+(Duration d) const { return Time(ps_ + d.raw()); }
  constexpr Time operator-(Duration d) const { return Time(ps_ - d.raw()); }
  constexpr Duration operator-(Time o) const { return Duration(ps_ - o.ps_); }

 private:
  std::int64_t ps_ = 0;
};

}  // namespace viosim
