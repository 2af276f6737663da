#pragma once
#include <string>

#include "pcie/credit_params.h"

namespace viosim::pcie {

struct SwitchParams {
  Param<Count> generation, ports;
  Param<Duration> transit;
  Param<bool> cut_through, acs_redirect;
  Param<std::string> arbitration;
  CreditParams credits;  ///< of each port

  explicit SwitchParams(ParamReader& in)
      : generation(in.get<Count>("generation", "highest generation of PCI Express that the ports speak", 1, 5)),
        ports(in.get<Count>("ports", "downstream ports", 1, 255)),
        transit(in.get<Duration>("transit", "from a header at one port until it may leave at another")),
        cut_through(in.get<bool>("cut_through", "a TLP leaves while it still arrives; else it is stored whole")),
        acs_redirect(in.get<bool>("acs_redirect", "requests of a device to its neighbour go up to the root complex "
                                  "(ACS P2P Request Redirect)")),
        arbitration(in.choice("arbitration", "which input port a free output serves next: one TLP each in turn, or "
                              "as many in a row as the port has lanes", {"round-robin", "by-lanes"})),
        credits(in) {}
};

}  // namespace viosim::pcie
