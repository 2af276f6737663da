#include "fabric/link.h"

namespace viosim::fabric {

Link::Link(sc_core::sc_module_name module_name, const LinkParams& params, std::uint64_t seed)
    : sc_module(module_name), a_to_b_(std::string(name()) + ".a_to_b", params, seed, b_out),
      b_to_a_(std::string(name()) + ".b_to_a", params, seed, a_out) {
  a_in.deliver_to<&LinkDirection::arrive>(&a_to_b_);
  b_in.deliver_to<&LinkDirection::arrive>(&b_to_a_);
}

}  // namespace viosim::fabric
