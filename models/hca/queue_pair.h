// A queue pair's state in the device.
#pragma once
#include <memory>
#include <utility>
#include <vector>

#include "hca/dma_port.h"
#include "hca/segment.h"
#include "hca/tx_fifo.h"
#include "hca/wqe.h"
#include "kernel/event.h"
#include "protocols/hca_control.h"
#include "protocols/packet.h"
#include "protocols/send_engine.h"
#include "structures/fifo.h"

namespace viosim::hca {

/// Send WQEs on their way in from the ring.
struct FetchState {
  std::uint32_t fetched = 0;     ///< taken in, in order
  std::uint32_t next_read = 0;   ///< first index that no read covers
  std::uint32_t announced = 0;   ///< doorbells (or guesses) that no read covers
  std::uint32_t guess = 1;       ///< how many to look for beyond what was announced
  std::uint32_t generation = 0;  ///< reads of an older one are void
  std::uint64_t rings = 0;
  unsigned reads = 0;
  Op op;                         ///< of the latest doorbell that no read took
  Event changed;
};

/// Receive WQEs: posted by a doorbell record, fetched ahead.
struct ReceiveState {
  std::uint16_t posted = 0, fetched = 0, consumed = 0;
  bool refilling = false;
  std::vector<Buffer> lines;     ///< ring of fetched ones: [consumed, fetched)
  Event refilled;
};

enum class Incoming : std::uint8_t { none, send, write };

struct AtomicResult {
  std::uint32_t psn = ~0u;
  std::uint64_t original = 0;
};

struct QueuePair {
  Qpn number;
  unsigned function = 0;
  Bdf bdf;
  QpConfig config;
  QpConnection peer;
  Duration ack_timeout;          ///< of the connection; zero: none
  QpState state = QpState::init;
  bool sends = false;            ///< in RTS
  std::uint32_t epoch = 0;       ///< moves whenever what was being sent is void
  std::uint32_t resets = 0;      ///< moves with a reset or an error: void is what was being received

  // requester
  FetchState fetch;
  SendWqe* head = nullptr;       ///< oldest that is not retired
  SendWqe* tail = nullptr;
  SendWqe* cursor = nullptr;     ///< first that is not all sent
  SendWqe* graveyard = nullptr;  ///< retired while a coroutine may look at them
  unsigned unsent = 0, users = 0;
  bool serving = false;
  Segments tx_segments;
  Event send_changed;
  Cause send_waits = Cause::Pipeline;
  Fifo<PacketDescriptor> descriptors;  ///< of a send engine, not used yet
  TxFifo tx;
  std::uint32_t next_psn = 0, unacknowledged = 0, highest_sent = 0, since_request = 0;
  unsigned reads_outstanding = 0;
  unsigned retries_left = 0, rnr_left = 0;
  bool rnr_waiting = false;
  bool response_asked = false;   ///< a lost response was asked for again: what was behind it still comes in
  Timer timeout, rnr_timer;

  // responder
  Parcel* arrived = nullptr;
  Parcel* arrived_last = nullptr;
  bool receiving = false;
  std::unique_ptr<DmaJob> placing;  ///< a packet's data on its way, after which it is acknowledged
  std::uint32_t placing_psn = 0, placing_resets = 0;
  Segments rx_segments, answer_segments;
  Cause receive_waits = Cause::Pipeline;
  std::uint32_t expected_psn = 0, msn = 0;
  bool nak_sent = false;         ///< a gap was reported
  bool refused = false;          ///< a fatal NAK is on its way: nothing more is taken
  Incoming incoming = Incoming::none;
  Gva incoming_address;
  Rkey incoming_key;
  std::uint32_t incoming_left = 0, incoming_done = 0;
  SgeList receive_wqe;
  ReceiveState receive;
  TxFifo responses;
  Parcel* requests = nullptr;    ///< reads, atomics and acknowledgements behind them
  Parcel* requests_last = nullptr;
  bool answering = false;
  std::vector<AtomicResult> atomics;
  std::size_t next_atomic = 0;

  // errors
  bool flushing = false, flush_again = false;
  Op flush_op;
  void* requester = nullptr;     ///< for the timers

  QueuePair(Timer::Callback on_timeout, Timer::Callback on_rnr)
      : timeout(on_timeout, this), rnr_timer(on_rnr, this) {}
  ~QueuePair() {
    drop_wqes();
    drop(arrived);
    drop(requests);
  }

  bool owner_parity(std::uint32_t index) const { return (index & config.send_entries) != 0; }
  void append(SendWqe* w) {
    (tail == nullptr ? head : tail->next) = w;
    tail = w;
    if (cursor == nullptr) cursor = w;
    ++unsent;
  }
  /// Takes the oldest WQE out of the window.
  void retire() {
    SendWqe* const w = head;
    head = w->next;
    if (head == nullptr) tail = nullptr;
    if (cursor == w) {
      cursor = head;
      ++epoch;
    }
    if (!w->started) --unsent;
    if (users == 0) {
      delete w;
    } else {
      w->next = graveyard;
      graveyard = w;
    }
  }
  void bury() {
    while (graveyard != nullptr) delete std::exchange(graveyard, graveyard->next);
  }
  void drop_wqes() {
    while (head != nullptr) retire();
    bury();
  }
  /// A list of packets by head and tail.
  static void push(Parcel*& first, Parcel*& last, IbPacket* p) {
    p->next = nullptr;
    (first == nullptr ? first : last->next) = p;
    last = p;
  }
  static void push_front(Parcel*& first, Parcel*& last, IbPacket* p) {
    p->next = first;
    if (first == nullptr) last = p;
    first = p;
  }
  static IbPacket* pop(Parcel*& first) {
    Parcel* const p = first;
    if (p != nullptr) first = p->next;
    return static_cast<IbPacket*>(p);
  }
  static void drop(Parcel*& first) {
    while (first != nullptr) delete pop(first);
  }
};

}  // namespace viosim::hca
