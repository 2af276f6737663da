// Models: the link layer's repair of errors on one direction, sender and receiver of it: sequence numbers, the
// replay buffer, Ack and Nak, the replay timer, REPLAY_NUM, training anew, and giving up. The receiver takes TLPs in
// order only: a wrong LCRC or a gap is answered by one Nak, and all up to the missing TLP's replay is discarded.
// Not modelled: the content of a broken TLP, errors of a DLLP other than its loss, what training does to the
//   credits (nothing), a change of speed or width by training.
// Causes, of a TLP that did not arrive:
//   AckWait            = from its last bit until the Nak is at the sender; a new one while the replay buffer is full
//   RetransmitTimeout  = the same until the replay timer ends; retrain
//   LinkSerialization  = each time it is sent
// What is sent again and was there already takes the wire as background work.
#pragma once
#include <cstdint>
#include <deque>

#include "kernel/event.h"
#include "kernel/station.h"
#include "pcie/faults.h"
#include "protocols/tlp.h"
#include "structures/fifo.h"

namespace viosim::pcie {

class LinkDirection;

class Replay {
 public:
  /// `reverse` carries the Acks and Naks; `ack_interval` as in LinkParams.
  Replay(const FaultParams& params, std::uint64_t seed, Station& station, Server& wire, Out<Tlp>& out,
         Duration propagation, std::int64_t ack_interval, LinkDirection& reverse);
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;
  ~Replay();

  /// Takes a TLP that occupies the wire for `service`. Answers when that begins unless something goes wrong.
  Time send(Tlp* tlp, Duration service);
  /// The link trains anew: nothing goes out before `until`.
  void down(Time until);
  Faults& faults() { return faults_; }
  /// What those that wait will take on the wire.
  Duration backlog() const { return backlog_; }
  /// TLPs that were sent and not acknowledged, and those that wait to be sent.
  std::size_t unacknowledged() const { return kept_.size(); }
  std::size_t waiting() const { return waiting_; }

 private:
  /// Null: the receiver has it, and the Ack is missing.
  struct Kept { Tlp* tlp; Duration service; };
  enum class Finding : std::uint8_t { accepted, duplicate, refused };
  struct Arrival : Wakeable, Pooled<Arrival> { Replay* owner; Tlp* tlp; Finding finding; };
  struct Answer : Wakeable, Pooled<Answer> { Replay* owner; std::uint64_t expected; bool nak; };

  void pump();
  void transmit(std::size_t index);
  void arrive(Tlp* tlp, Finding finding);
  void answer(bool nak);
  void answered(std::uint64_t expected, bool nak);
  void expire();
  void start_replay(Cause waited);
  void train();
  void settle_line(Cause cause);
  void leave_full();

  Faults faults_;
  Station& station_;
  Server& wire_;
  Out<Tlp>& out_;
  const Duration propagation_, ack_latency_, timeout_, retrain_;
  const std::int64_t ack_interval_, retrain_limit_;
  const std::size_t capacity_;
  LinkDirection& reverse_;

  // The sender. Numbers do not wrap: the buffer's limit keeps the twelve bits unambiguous.
  std::deque<Kept> kept_;
  std::uint64_t first_ = 0;    // number of kept_.front()
  std::size_t to_send_ = 0;    // index of what goes out next; kept_.size(): a new one
  Fifo<Kept> line_;            // not sent yet
  std::size_t waiting_ = 0;    // in it
  Duration backlog_;           // of it
  bool full_ = false;
  int replays_ = 0;            // REPLAY_NUM
  std::int64_t trainings_ = 0; // in a row
  Time down_until_;
  Timer pump_, timer_;

  // The receiver. `accept_` runs ahead: TLPs arrive in the order in which they are sent.
  std::uint64_t accept_ = 0, received_ = 0;
  std::int64_t unanswered_ = 0;
  bool nak_sent_ = false;
  Timer ack_;

  std::uint64_t &corrupted_, &lost_, &duplicates_, &discarded_, &naks_, &timeouts_, &replayed_, &retrains_,
      &lost_dllps_;
};

}  // namespace viosim::pcie
