// The sending side of reliable connections (IBA vol. 1, 9.7): messages into packets, the window of those
// that are not acknowledged, responses, and going back when something was lost.
#pragma once
#include "hca/engines.h"
#include "hca/tx_fifo.h"
#include "kernel/task.h"

namespace viosim::hca {

class Requester final : public TxListener {
 public:
  Requester(const std::string& path, Engines& engines);

  /// There may be something to send for `qp`.
  void kick(QueuePair& qp);
  /// An acknowledgement arrived. False: it is something else, nothing was done.
  bool response_at_once(QueuePair& qp, IbPacket& p);
  /// The data of a read or atomic arrived. The op continues in what it completes.
  Task<> response(QueuePair& qp, IbPacket& p);

  void leaving(QueuePair& qp, const IbPacket& packet) override;
  void unreadable(QueuePair& qp, TxPacket& packet) override;
  static void on_timeout(void* qp);
  static void on_rnr(void* qp);

 private:
  enum class Sent : std::uint8_t { all, restart };
  // requester.cpp: out
  /// Sends all of a message's packets if it need not wait for anything. False: nothing was done.
  [[gnu::always_inline]] inline bool send_at_once(QueuePair& qp, SendWqe& w);
  Process serve(QueuePair& qp);
  /// A packet's part of its message.
  struct Cut {
    std::uint32_t offset, length;
  };
  static inline Cut cut(const QueuePair& qp, const SendWqe& w);
  Cut cut_by_engine(QueuePair& qp, SendWqe& w);
  Task<Sent> send_packets(QueuePair& qp, SendWqe& w, Op& op);
  inline void begin(QueuePair& qp, SendWqe& w);
  inline IbPacket* make_packet(QueuePair& qp, const SendWqe& w, std::uint32_t number, Cut part);
  /// `p` is the next of its message to go: its account is a fork of `op`.
  inline void note_sending(QueuePair& qp, SendWqe& w, IbPacket* p, Op& op);
  // requester_response.cpp: back
  /// All up to `psn` has arrived. False if that shows that a response was lost (it is asked for again).
  bool acknowledged(QueuePair& qp, std::uint32_t psn, Op& op);
  /// The peer answers: retries begin anew.
  inline void progressed(QueuePair& qp);
  void negative(QueuePair& qp, IbPacket& p);
  Task<> read_response(QueuePair& qp, IbPacket& p);
  Task<> scatter(QueuePair& qp, SendWqe& w, IbPacket& p, std::uint64_t offset);
  SendWqe* unanswered(QueuePair& qp, std::uint32_t psn);
  /// Retires what needs no acknowledgement, and reports an error that has become the oldest.
  void settle_head(QueuePair& qp) {
    const SendWqe* const w = qp.head;
    if (w != nullptr && w->started && (w->error != hca_abi::Syndrome::none || w->opcode == hca_abi::Opcode::nop))
      report_head(qp);
  }
  void report_head(QueuePair& qp);
  void fail_head(QueuePair& qp, hca_abi::Syndrome syndrome, Op op);
  // requester_recovery.cpp: again
  void lost(QueuePair& qp, const Op* why);
  /// A later response shows that one was lost: one retry, however many later ones are on their way.
  void response_lost(QueuePair& qp, const Op& why);
  void go_back(QueuePair& qp, const Op* why);
  void timed_out(QueuePair& qp);

  Station station_;
  Engines& e_;
};

}  // namespace viosim::hca
