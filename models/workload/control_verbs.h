// Models: a process that makes and unmakes what the data path needs, one after the other: a queue pair (create,
//   connect to a peer that is never spoken to, destroy), or a memory region (register, deregister).
// Not modelled: several processes, the exchange of addresses, the system calls around the driver's verbs.
// Operation of the ledger: both halves, from the end of the one before.
// Causes: none of its own: all belong to driver, device and firmware.
#pragma once
#include <vector>

#include "protocols/verbs.h"
#include "workload/control_verbs_params.h"
#include "workload/driver.h"
#include "workload/measured.h"

namespace viosim::workload {

struct ControlVerbsEnd {
  Exec& exec;
  Verbs& verbs;
};

class ControlVerbs {
 public:
  ControlVerbs(const ControlVerbsParams& params, ControlVerbsEnd end, Driver& driver);

  /// A verb that is refused ends the simulation by std::runtime_error that says which.
  void start();
  const Measured& result() const { return result_; }
  /// Of the measured operations: until the object can be used, and of taking it away.
  Duration making() const { return making_; }
  Duration unmaking() const { return unmaking_; }

 private:
  Process run();
  Task<> set_up();
  Task<> make();
  Task<> unmake();
  [[noreturn]] static void refused(const char* verb);

  ControlVerbsParams params_;
  ControlVerbsEnd end_;
  Driver& driver_;
  const bool queue_pairs_;
  CqHandle cq_ = kNoCq;
  QpHandle qp_ = kNoQp;
  MrKeys keys_{};
  Gpa memory_{};
  std::vector<Gpa> pages_;
  Duration making_, unmaking_;
  Measured result_;
};

}  // namespace viosim::workload
