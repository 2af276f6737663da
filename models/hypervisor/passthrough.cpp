#include "hypervisor/passthrough.h"

#include <stdexcept>
#include <string>

namespace viosim::hypervisor {

Bdf Passthrough::checked(const HcaControlIf& hca, unsigned function) {
  if (function >= hca.functions())
    throw std::out_of_range("the HCA has " + std::to_string(hca.functions()) + " functions, no number " +
                            std::to_string(function));
  return hca.function(function).bdf;
}

}  // namespace viosim::hypervisor
