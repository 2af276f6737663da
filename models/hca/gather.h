// Payload gathering: reads what a packet carries from host memory, several packets at once, and lets the
// packets of a stream go in order.
#pragma once
#include "hca/engines.h"
#include "hca/transmitter.h"
#include "hca/tx_fifo.h"

namespace viosim::hca {

class Gather {
 public:
  Gather(const std::string& path, Engines& engines);

  /// `packet`, which is complete. Its op waits with it.
  void submit(TxFifo& fifo, IbPacket* packet) {
    if (fifo.first != nullptr) [[unlikely]] append(fifo, packet);
    else let_go(fifo, packet);
  }
  /// The same, with what `from` names as its payload (nothing: it is complete).
  void submit(TxFifo& fifo, IbPacket* packet, const Segments& from, void* wqe);
  /// Voids what has not left yet.
  void flush(TxFifo& fifo) { truncate(fifo, nullptr); }
  /// One more packet may be gathered now. Ask before `submit` with a payload; `slot_free` says when to ask again.
  bool has_slot() const { return busy_ < e_.params.gather_reads->raw(); }
  Event slot_free;
  Station& station() { return station_; }

 private:
  void let_go(TxFifo& fifo, IbPacket* packet) {
    fifo.listener->leaving(*fifo.qp, *packet);
    e_.tx->send(packet);
  }
  void arrived(DmaJob* job);
  void drain(TxFifo& fifo);
  static TxPacket* append(TxFifo& fifo, IbPacket* packet);
  /// Voids `from` and all behind it; null: all.
  static void truncate(TxFifo& fifo, TxPacket* from);
  Station station_;
  Engines& e_;
  std::int64_t busy_ = 0;
};

}  // namespace viosim::hca
