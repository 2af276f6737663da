#include "pcie/link.h"

#include <stdexcept>
#include <string>

namespace viosim::pcie {

Link::Link(sc_core::sc_module_name name, const LinkParams& params, const CreditParams& root_credits,
           const CreditParams& device_credits)
    : sc_module(name), up_in("up_in"), up_out("up_out"), down_in("down_in"), down_out("down_out"), timing_(params),
      generation_(*params.generation), lanes_(*params.lanes),
      up(std::string(this->name()) + ".up", LinkDirection::Towards::root, params, timing_, root_credits, up_out),
      down(std::string(this->name()) + ".down", LinkDirection::Towards::device, params, timing_, device_credits,
           down_out) {
  up.set_reverse(down);
  down.set_reverse(up);
  up_in.deliver_to<&LinkDirection::send>(&up);
  down_in.deliver_to<&LinkDirection::send>(&down);
}

void Link::inject(const FaultParams& params, std::uint64_t seed) {
  if (up.replay() != nullptr) throw std::logic_error(std::string(name()) + ": faults are asked for twice");
  up.inject(params, seed);
  down.inject(params, seed);
}

}  // namespace viosim::pcie
