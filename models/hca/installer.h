// Puts objects into the tables of an HCA at given numbers, and takes them out: the one place that checks what they are
// given, whoever chose the numbers: the control verbs that take no time, or firmware through the context port.
// Throws std::invalid_argument for values no object may have, std::out_of_range for numbers that name nothing here.
#pragma once
#include "hca/engines.h"
#include "hca/requester.h"

namespace viosim::hca {

class Installer {
 public:
  explicit Installer(Engines& engines) : e_(engines) {}

  /// Numbers below this one can be given to objects.
  static constexpr std::uint32_t kObjects = 1u << 16, kKeys = 1u << 17;

  void pd(unsigned function, Pdn number);
  void remove_pd(unsigned function, Pdn number);
  /// `key`: index and generation. Its number of pages is that of its range. `first_mtt`: where the ICM has them.
  void region(unsigned function, std::uint32_t key, const MrConfig& config, std::uint64_t first_mtt);
  void region(unsigned function, std::uint32_t key, const MrConfig& config);
  /// False: there is no such region.
  bool remove_region(unsigned function, std::uint32_t key);
  void eq(unsigned function, Eqn number, const EqConfig& config);
  void remove_eq(unsigned function, Eqn number);
  void cq(unsigned function, Cqn number, const CqConfig& config);
  /// std::invalid_argument while a queue pair uses it.
  void remove_cq(unsigned function, Cqn number);
  /// A queue pair in INIT, where none is or one in RESET.
  void qp(unsigned function, Qpn number, const QpConfig& config);
  /// From INIT to RTR: it answers `to`; and on to RTS: it may ask.
  void receive_from(QueuePair& qp, const QpConnection& to);
  void send_to(QueuePair& qp, const QpConnection& to);
  /// Forgets what is under way: INIT again.
  void restart(QueuePair& qp);
  /// The queue pair answers nothing any more; its number is free.
  void remove_qp(QueuePair& qp);
  /// Of this function, not in RESET.
  QueuePair& find(unsigned function, Qpn number);
  CompletionQueue& find(unsigned function, Cqn number);
  EventQueue& find(unsigned function, Eqn number);

 private:
  void check_function(unsigned function) const;
  Engines& e_;
  std::uint64_t next_mtt_ = 0;
};

}  // namespace viosim::hca
