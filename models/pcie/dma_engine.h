// Models: a programmable DMA engine behind an endpoint, as SmartNICs have: descriptors in, transfers cut into pieces,
//   each issued at the engine's own rate, over a bus of whole cycles to the PCI Express core; a limited number of pieces
//   being read; data of a read moved on into the device's memory, then a signal.
// Not modelled: several queues of descriptors and their priorities; the device's memory as something that is busy.
// Causes:
//   Pipeline          = enqueue before, deliver after a transfer (a command: neither); reads: length / move_rate, once all
//                       data is there
//   RateLimit         = read_interval, write_interval before a piece goes out, and the pieces in line before it, at
//                       read_issue and write_issue
//   LinkSerialization = (bus_turnaround + TLPs in whole cycles of bus_width) / bus_clock, at bus_out and bus_in
//   TagExhausted      = a piece waits while reads_in_flight pieces are being read: each is, from its issue until its data
//                       is in (of the last piece of a transfer: until its signal is out)
#pragma once
#include <cstdint>
#include <systemc>

#include "kernel/station.h"
#include "pcie/dma_engine_timing.h"
#include "protocols/dma.h"
#include "structures/fifo.h"
#include "structures/stock.h"

namespace viosim::pcie {

class DmaEngine : public sc_core::sc_module, public DmaIf {
 public:
  /// `bus` carries the pieces out, in TLPs of these sizes.
  DmaEngine(sc_core::sc_module_name name, const DmaEngineParams& params, DmaIf& bus, Bytes max_payload,
            Bytes max_read_request);

  /// What software asks for by a command of its own, without descriptor and signal.
  DmaIf& commands() { return commands_; }
  /// A descriptor: the account of the request reaches to now; it is finished when software has the signal.
  void submit(DmaRequest& request) override;

 private:
  class Commands : public DmaIf {
   public:
    explicit Commands(DmaEngine& engine) : engine_(engine) {}
    void submit(DmaRequest& request) override { engine_.start(request, kZeroTime, kZeroTime); }

   private:
    DmaEngine& engine_;
  };
  /// A request while it is under way.
  struct Transfer : Wakeable {
    DmaEngine* engine;
    DmaRequest* request;
    Duration deliver;
    Bytes unanswered, unfinished;
    Transfer* next_free = nullptr;
  };
  /// A part of a transfer. It is its own timer, and waits for its own request.
  struct Piece : Waiter {
    DmaEngine* engine;
    Transfer* transfer;
    DmaRequest request;
    Piece* next_free = nullptr;
  };

  void start(DmaRequest& request, Duration enqueue, Duration deliver);
  void enqueued(Transfer& transfer);
  void wait_or_issue(Piece& piece);
  void issue(Piece& piece);
  void on_bus(Piece& piece);
  void answered(Piece& piece);
  void finish(Piece& piece);
  void signal(Transfer& transfer);

  template <auto Stage, class Item>
  void at(Time when, Item& item) {
    item.fire = [](Wakeable* w) {
      auto& self = *static_cast<Item*>(w);
      (self.engine->*Stage)(self);
    };
    scheduler().wake_at(when, &item);
  }

  Station station_, reads_, read_issue_, write_issue_, bus_out_, bus_in_;
  DmaIf& bus_;
  Commands commands_;
  const DmaEngineTiming timing_;
  const Bytes granularity_;
  const Duration read_interval_, write_interval_, enqueue_, deliver_;
  const BitRate move_rate_;
  std::int64_t free_reads_;
  Server next_read_, next_write_, out_, in_;
  Fifo<Piece*> waiting_;  // for one of the reads in flight
  Fifo<Time> issued_;     // of those in flight
  Stock<Transfer> transfers_;
  Stock<Piece> pieces_;
  std::uint64_t &descriptors_, &read_stalls_;
};

}  // namespace viosim::pcie
