// How software on a machine reaches RDMA: natively, from a guest over an assigned function, or from a guest over
// the paravirtual device. Chosen by the kind of <host>.vm0.rdma0.
#pragma once
#include <memory>

#include "protocols/verbs.h"

namespace viosim::platform {

class Machine;
class Scenario;

class RdmaPath {
 public:
  virtual ~RdmaPath() = default;
  /// What the workload runs on, and the verbs that it calls.
  virtual Exec& exec() = 0;
  virtual Verbs& verbs() = 0;
};

/// Throws ScenarioError for an unknown kind or a processor that cannot what the virtual machine asks for.
std::unique_ptr<RdmaPath> make_rdma_path(Machine& machine, Scenario& scenario);

}  // namespace viosim::platform
