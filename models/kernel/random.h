// Streams of random numbers: one an instance, seeded by the run's seed and the instance's path, so that
// adding a block to a system does not change what the others draw. Algorithms of Boost.Random: the same
// numbers with every compiler.
#pragma once
#include <boost/random/mersenne_twister.hpp>
#include <cstdint>
#include <string_view>

namespace viosim {

/// FNV-1a, 64 bits (Fowler, Noll, Vo): offset basis and prime of draft-eastlake-fnv.
constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = 14695981039346656037ULL) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

class Stream {
 public:
  Stream(std::uint64_t seed, std::string_view path);
  /// 64 random bits.
  std::uint64_t bits() { return engine_(); }
  /// In [0, 1), a multiple of 2^-53.
  double uniform();
  /// Whole numbers from `low` to `high`, both inclusive; std::invalid_argument if high < low.
  std::int64_t between(std::int64_t low, std::int64_t high);
  /// True with this probability. Draws one number for every probability, 0 and 1 too.
  bool chance(double probability) { return uniform() < probability; }

 private:
  boost::random::mt19937_64 engine_;
};

}  // namespace viosim
