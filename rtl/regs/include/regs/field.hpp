// A field of a register, as the generated C++ headers name them.
#pragma once
#include <cstdint>

namespace viosim::regs {

struct Field {
  unsigned low, width;

  constexpr std::uint32_t ones() const { return width == 32 ? ~0U : (1U << width) - 1; }
  constexpr std::uint32_t mask() const { return ones() << low; }
  /// Its value in `word`; or as one of its enum's.
  constexpr std::uint32_t of(std::uint32_t word) const { return word >> low & ones(); }
  template <class E>
  constexpr E of(std::uint32_t word) const { return static_cast<E>(of(word)); }
  /// `value` where it stands in the word, cut to its width.
  template <class T>
  constexpr std::uint32_t at(T value) const { return (static_cast<std::uint32_t>(value) & ones()) << low; }
};

}  // namespace viosim::regs
