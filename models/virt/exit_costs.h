// What leaving and entering a guest costs, by microarchitecture and monitor: parameters of a part of kind "exits".
#pragma once
#include "kernel/param.h"
#include "virt/exit_reason.h"

namespace viosim::virt {

struct ExitCosts {
  Param<Cycles> hardware_round_trip;
  Param<double> exit_share;
  Param<Cycles> port_io, string_io, mmio, external_interrupt, hlt, eoi, interrupt_window, hypercall;
  Param<Bytes> string_io_chunk;
  Param<Cycles> injection, posted_delivery;
  Param<Duration> halt_deschedule, halt_wake;
  Param<bool> vpid, apicv, posted_interrupts;
  Param<Count> tlb_entries, tlb_ways;
  Param<Cycles> tlb_walk;

  explicit ExitCosts(ParamReader& in)
      : hardware_round_trip(in.get<Cycles>("hardware_round_trip", "hardware exit and entry together", 2)),
        exit_share(in.get<double>("exit_share", "share of the exit in the hardware round trip, 0 to 1")),
        port_io(in.get<Cycles>("port_io", "monitor's handling of one port access, device apart")),
        string_io(in.get<Cycles>("string_io", "handling of one chunk of a string port access, device apart")),
        mmio(in.get<Cycles>("mmio", "handling of a trapped register access, device apart")),
        external_interrupt(in.get<Cycles>("external_interrupt", "handling of a physical interrupt's exit")),
        hlt(in.get<Cycles>("hlt", "handling of a halt, descheduling apart")),
        eoi(in.get<Cycles>("eoi", "handling of an end of interrupt")),
        interrupt_window(in.get<Cycles>("interrupt_window", "handling of an interrupt-window exit")),
        hypercall(in.get<Cycles>("hypercall", "handling of a hypercall, service apart")),
        string_io_chunk(in.get<Bytes>("string_io_chunk", "bytes of a string access that one exit moves", 1)),
        injection(in.get<Cycles>("injection", "choosing and preparing an interrupt for the guest")),
        posted_delivery(in.get<Cycles>("posted_delivery", "delivery of a posted interrupt into a running guest")),
        halt_deschedule(in.get<Duration>("halt_deschedule", "taking a halted virtual processor off its core")),
        halt_wake(in.get<Duration>("halt_wake", "from the wake-up to a halted processor's entry")),
        vpid(in.get<bool>("vpid", "translations survive exits")),
        apicv(in.get<bool>("apicv", "capability: virtual interrupt delivery, end of interrupt without exit")),
        posted_interrupts(in.get<bool>("posted_interrupts", "capability: delivery into a running guest, no exit")),
        tlb_entries(in.get<Count>("tlb_entries", "translations that a processor holds", 1, 1 << 20)),
        tlb_ways(in.get<Count>("tlb_ways", "ways of that array", 1, 1 << 10)),
        tlb_walk(in.get<Cycles>("tlb_walk", "what a miss costs a guest beyond a native miss")) {}

  const Param<Cycles>& handler(ExitReason r) const {
    switch (r) {
      case ExitReason::port_io: return port_io;
      case ExitReason::string_io: return string_io;
      case ExitReason::mmio: return mmio;
      case ExitReason::external_interrupt: return external_interrupt;
      case ExitReason::hlt: return hlt;
      case ExitReason::eoi: return eoi;
      case ExitReason::interrupt_window: return interrupt_window;
      case ExitReason::hypercall: break;
    }
    return hypercall;
  }
};

}  // namespace viosim::virt
