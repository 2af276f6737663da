// A port of the root complex: what a device sends up is translated, ordered, and carried out in memory.
#pragma once
#include <cstdint>

#include "kernel/station.h"
#include "pcie/inbound.h"
#include "pcie/link.h"
#include "pcie/root_complex_params.h"
#include "protocols/irq.h"
#include "protocols/mem.h"
#include "structures/stock.h"

namespace viosim::pcie {

/// Takes completions of reads that the host has sent down.
class CompletionIf {
 public:
  virtual ~CompletionIf() = default;
  /// Owns the TLP; its account reaches to now.
  virtual void completed(Tlp* tlp) = 0;
};

/// What all ports of a root complex share.
struct RootShared {
  Station station;
  const Duration transit;
  const Bytes completion_unit;
  MemoryIf& memory;
  IrqRouterIf& interrupts;
  IommuIf* iommu;  ///< null: bus addresses are host addresses
  CompletionIf& loads;
  std::uint64_t &dropped_writes, &unsupported_reads, &interrupts_raised, &ordering_stalls, &poisoned;
};

class RootPort {
 public:
  RootPort(const char* in_name, const char* out_name, RootShared& shared);
  RootPort(const RootPort&) = delete;
  RootPort& operator=(const RootPort&) = delete;

  void attach(Link& link);
  bool attached() const { return link_ != nullptr; }
  /// A write's translation is under way, and others wait behind it.
  bool held_up() const { return head_ != nullptr; }

  In<Tlp> tlp_in;
  Out<Tlp> tlp_out;

 private:
  friend struct Inbound;
  // The stages, in order. From `issue` on the TLP is its own timer and its address a host address.
  void arrive(Tlp* tlp);
  void translate(Tlp* tlp);
  void translated(Inbound& inbound);
  void drain();
  void issue(Inbound& inbound);
  void reach_memory(Tlp* tlp, Time when);
  void access_write(Tlp* tlp);
  void access_read(Tlp* tlp);
  void access_completion(Tlp* tlp);
  void commit(Tlp* tlp);
  void interrupt(Tlp* tlp);
  void read_pieces(Tlp* tlp);
  void send_data(Tlp* completion);
  void send_translation(Tlp* tlp);
  void refuse(Tlp* tlp);
  void retire(std::uint8_t ticket);
  bool stall_for_writes(Tlp* tlp);

  template <void (RootPort::*Stage)(Tlp*)>
  static void enter(Wakeable* w) {
    auto* tlp = static_cast<Tlp*>(w);
    (static_cast<RootPort*>(tlp->destination)->*Stage)(tlp);
  }
  template <void (RootPort::*Stage)(Tlp*)>
  void at(Time when, Tlp* tlp) {
    wake(when, tlp, &enter<Stage>);
  }
  void wake(Time when, Tlp* tlp, void (*stage)(Wakeable*)) {
    tlp->destination = this;
    tlp->fire = stage;
    scheduler().wake_at(when, tlp);
  }

  RootShared& shared_;
  Link* link_ = nullptr;
  Stock<Inbound> inbounds_;
  Inbound* head_ = nullptr;  // the line behind a write whose translation is under way
  Inbound* tail_ = nullptr;
  Time access_clear_;  // no later TLP reaches memory before this: writes stay in order, reads behind them
  Time commit_clear_;  // all writes that have reached memory are done by then
};

}  // namespace viosim::pcie
