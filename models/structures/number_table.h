// From a 24-bit number to a small index, in two levels as libmlx4 keeps its QPs: filled at set-up, read at every
// completion.
#pragma once
#include <array>
#include <cstdint>
#include <memory>

namespace viosim {

class NumberTable {
 public:
  static constexpr std::uint32_t kNone = ~0u;

  void set(std::uint32_t number, std::uint32_t value) {
    auto& leaf = leaves_[root(number)];
    if (!leaf) {
      leaf = std::make_unique<Leaf>();
      leaf->fill(kNone);
    }
    (*leaf)[number & kMask] = value;
  }
  std::uint32_t find(std::uint32_t number) const {
    const auto& leaf = leaves_[root(number)];
    return leaf ? (*leaf)[number & kMask] : kNone;
  }

 private:
  static constexpr std::uint32_t kBits = 12, kMask = (1u << kBits) - 1;
  using Leaf = std::array<std::uint32_t, 1u << kBits>;
  static std::uint32_t root(std::uint32_t number) { return number >> kBits & kMask; }
  std::array<std::unique_ptr<Leaf>, 1u << kBits> leaves_;
};

}  // namespace viosim
