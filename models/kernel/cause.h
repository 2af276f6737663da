// The causes as an enum, with names and sentences from causes.def.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace viosim {

enum class Cause : std::uint8_t {
#define VIOSIM_CAUSE(name, group, sentence) name,
#include "kernel/causes.def"
#undef VIOSIM_CAUSE
};

struct CauseInfo {
  std::string_view name, group, sentence;
};

inline constexpr std::array kCauses = {
#define VIOSIM_CAUSE(name, group, sentence) CauseInfo{#name, #group, sentence},
#include "kernel/causes.def"
#undef VIOSIM_CAUSE
};

inline constexpr std::size_t kCauseCount = kCauses.size();
/// What a query answers when nothing binds. Not a cause: it is never charged.
inline constexpr Cause kNoCause = static_cast<Cause>(kCauseCount);

constexpr const CauseInfo& info(Cause c) { return kCauses[static_cast<std::size_t>(c)]; }
constexpr std::size_t index(Cause c) { return static_cast<std::size_t>(c); }

}  // namespace viosim
