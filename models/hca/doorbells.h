// Doorbell intake: what the host writes into the UAR pages of a function. Guests write here: whatever is
// malformed, or names what is not the function's, is counted and dropped.
#pragma once
#include <array>
#include <vector>

#include "hca/engines.h"
#include "protocols/tlp.h"

namespace viosim::hca {

class Doorbells {
 public:
  explicit Doorbells(Engines& engines) : e_(engines) {}
  void write(const Tlp& tlp, Op op);

 private:
  static constexpr std::size_t kUars = 1024;       // BAR 2 of 8 MB
  static constexpr std::size_t kLargest = 1024;    // of a WQE: 63 units of 16 bytes
  /// A BlueFlame post that arrives line by line.
  struct Post {
    std::uint64_t next = 0;  ///< offset at which the next line belongs; 0: none under way
    std::size_t have = 0, lines = 0;
    std::array<std::byte, kLargest> bytes;
  };
  bool send(unsigned function, const Tlp& tlp, Op& op);
  bool arm(unsigned function, const Tlp& tlp, Op& op);
  bool blueflame(unsigned function, std::size_t uar, std::uint64_t offset, const Tlp& tlp, Op& op);
  Engines& e_;
  std::vector<std::vector<Post>> posts_;  ///< by function and UAR
};

}  // namespace viosim::hca
