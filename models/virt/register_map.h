// Registers of assigned devices in a guest's physical addresses.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernel/address.h"

namespace viosim::virt {

class RegisterMap {
 public:
  /// Throws std::invalid_argument if the range is empty, wraps or overlaps one that is mapped.
  void add(Gpa guest, Hpa host, Bytes size) {
    if (size.raw() <= 0 || (guest + size) < guest)
      throw std::invalid_argument("register map: empty or wrapping range");
    for (const Range& r : ranges_)
      if (guest < r.guest + r.size && r.guest < guest + size)
        throw std::invalid_argument("register map: overlaps the range at " + std::to_string(r.guest.raw()));
    ranges_.push_back({guest, host, size});
  }
  /// The host's register behind [address, address + length); throws std::out_of_range if no range holds it.
  /// Natively its address is a Gpa too: that is how a core's Exec takes it.
  Gpa find(Gpa address, Bytes length) const {
    for (const Range& r : ranges_) {
      if (address < r.guest) continue;
      const Bytes offset = address - r.guest;
      if (offset.raw() >= 0 && offset < r.size && length <= r.size - offset) return Gpa((r.host + offset).raw());
    }
    throw std::out_of_range("no device registers at guest address " + std::to_string(address.raw()));
  }

 private:
  struct Range { Gpa guest; Hpa host; Bytes size; };
  std::vector<Range> ranges_;  // a handful
};

}  // namespace viosim::virt
