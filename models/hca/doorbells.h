// Doorbell intake: what the host writes into the UAR pages of a function. Guests write here: whatever is
// malformed, or names what is not the function's, is counted and dropped.
#pragma once
#include <vector>

#include "hca/engines.h"
#include "protocols/tlp.h"

namespace viosim::hca {

class Doorbells {
 public:
  explicit Doorbells(Engines& engines) : e_(engines) {}
  /// Takes the op of `tlp` if its write starts something.
  void write(Tlp& tlp);

 private:
  static constexpr std::size_t kUars = 1024;  // BAR 2 of 8 MB
  /// A BlueFlame post that arrives line by line.
  struct Post {
    Buffer wqe;              ///< whole blocks; empty: none under way
    std::uint64_t next = 0;  ///< offset at which the next line belongs
  };
  bool send(unsigned function, Tlp& tlp);
  bool arm(unsigned function, Tlp& tlp);
  bool consumed(unsigned function, unsigned place, const Tlp& tlp);
  inline bool blueflame(unsigned function, std::size_t uar, std::uint64_t offset, Tlp& tlp);
  Engines& e_;
  std::vector<Post> posts_;  ///< by function and UAR
};

}  // namespace viosim::hca
