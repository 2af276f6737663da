#include "kernel/random.h"

#include <array>
#include <boost/random/uniform_int_distribution.hpp>
#include <stdexcept>

namespace viosim {
namespace {

/// The seed goes through the hash byte by byte before the path: near seeds give unlike states.
std::uint64_t mixed(std::uint64_t seed, std::string_view path) {
  std::array<char, 8> octets{};
  for (char& c : octets) {
    c = static_cast<char>(seed & 0xff);
    seed >>= 8;
  }
  return fnv1a(path, fnv1a({octets.data(), octets.size()}));
}

}  // namespace

Stream::Stream(std::uint64_t seed, std::string_view path) : engine_(mixed(seed, path)) {}

double Stream::uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

std::int64_t Stream::between(std::int64_t low, std::int64_t high) {
  if (high < low) throw std::invalid_argument("random: an empty range");
  return boost::random::uniform_int_distribution<std::int64_t>(low, high)(engine_);
}

}  // namespace viosim
