// A small host for tests: round numbers, two sockets of two cores, a device that records what reaches it.
#pragma once
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "host/context.h"
#include "host/host_params.h"
#include "host/memory.h"
#include "support/literal_params.h"
#include "virt/vcpu.h"

namespace viosim::test {
// A namespace of its own: rigs of different rooms may use the same names.
inline namespace machine {

/// 1 GHz: a cycle is 1 ns. A line from the last-level cache takes 20 ns, from DRAM 60 more, from afar 40 more.
inline LiteralParams host_literals() {
  return {{"sockets", "2"}, {"cores_per_socket", "2"}, {"node_memory", "256 MB"},
          {"private_cache_size", "32 KB"}, {"private_cache_ways", "8"}, {"llc_size", "1 MB"}, {"llc_ways", "16"},
          {"llc_latency", "20 ns"}, {"llc_line", "2 ns"}, {"llc_snoop", "10 ns"}, {"ddio", "false"},
          {"ddio_ways", "2"}, {"dram_latency", "60 ns"}, {"dram_bandwidth", "128 Gb/s"}, {"dram_channels", "1"},
          {"remote_latency", "40 ns"}, {"remote_bandwidth", "64 Gb/s"}, {"io_attachment", "hub"},
          {"line_fill_buffers", "10"}, {"store_buffer_lines", "8"},
          {"frequency", "1 GHz"}, {"uc_store", "20 cycles"}, {"uc_spacing", "100 ns"}, {"wc_first_line", "90 ns"},
          {"wc_further_line", "25 ns"}, {"copy_setup", "30 cycles"}, {"copy_line", "8 cycles"},
          {"interrupt_entry", "900 cycles"}, {"interrupt_exit", "600 cycles"}, {"block", "2000 cycles"},
          {"wake", "4000 cycles"}, {"ipi", "500 ns"}, {"idle_exit", "1000 ns"}};
}

/// Exit 400, entry 600 cycles; handlers in round numbers.
inline LiteralParams exit_literals() {
  return {{"hardware_round_trip", "1000 cycles"}, {"exit_share", "0.4"}, {"port_io", "2000 cycles"},
          {"string_io", "3000 cycles"}, {"mmio", "2500 cycles"}, {"external_interrupt", "1700 cycles"},
          {"hlt", "1100 cycles"}, {"eoi", "700 cycles"}, {"interrupt_window", "800 cycles"},
          {"hypercall", "500 cycles"}, {"string_io_chunk", "4 KB"}, {"injection", "1500 cycles"},
          {"posted_delivery", "300 cycles"}, {"halt_deschedule", "2 us"}, {"halt_wake", "3 us"}, {"vpid", "true"},
          {"apicv", "false"}, {"posted_interrupts", "false"}, {"tlb_entries", "64"}, {"tlb_ways", "4"},
          {"tlb_walk", "90 cycles"}};
}

struct Arrival { Time at; Hpa address; std::vector<std::byte> data; bool write_combined; };

/// Registers at 0xE0000000, 64 KB; a load is answered with 0x1234 after 700 ns.
class Registers : public MmioIf {
 public:
  static constexpr std::uint64_t kBase = 0xE0000000;
  bool decodes(Hpa a, Bytes n) const override { return a.raw() >= kBase && a.raw() + n.raw() <= kBase + 65536; }
  void store(Hpa a, std::span<const std::byte> d, bool wc, Op op) override {
    if (op.last() < now()) throw std::logic_error("a store whose account ends before now");
    // Handed over ahead: it arrives where its account ends.
    arrivals.push_back({op.last(), a, {d.begin(), d.end()}, wc});
  }
  void load(MmioLoad& request) override { spawn(answer(request), "registers"); }
  std::vector<Arrival> arrivals;

 private:
  Process answer(MmioLoad& request) {
    co_await link_.hold(request.op, Cause::LinkPropagation, nanoseconds(700));
    request.value = 0x1234;
    request.finished = true;
    request.done.notify();
  }
  Station link_{"registers", 0};
};

struct Machine {
  explicit Machine(LiteralParams in = host_literals())
      : params(in), memory("memory", params.memory), core0("cpu0", params.core, memory, 0),
        core1("cpu1", params.core, memory, 1) {
    core0.bind_mmio(registers);
  }
  host::HostParams params;
  host::Memory memory;
  host::Context core0, core1;
  Registers registers;
};

/// A machine whose core 0 runs a guest of 16 MB.
struct GuestMachine : Machine {
  explicit GuestMachine(LiteralParams exits = exit_literals(), virt::VcpuOptions options = {},
                        LiteralParams in = host_literals(), Bytes page = Bytes(4096))
      : Machine(in), costs(exits), guest_memory(memory, Bytes(16 << 20), page, 0),
        vcpu("vcpu0", costs, options, core0, memory, guest_memory) {}
  virt::ExitCosts costs;
  virt::GuestMemory guest_memory;
  virt::Vcpu vcpu;
};

/// Picoseconds of `cause` on the path of `op` since `begin`.
inline Duration spent(const Op& op, Cause cause) {
  Duration sum;
  for (const SpanView& s : op.history())
    if (s.cause == cause) sum += s.end - s.begin;
  return sum;
}
/// Sum of all spans: equals the op's age if nothing was forgotten.
inline Duration spent(const Op& op) {
  Duration sum;
  for (const SpanView& s : op.history()) sum += s.end - s.begin;
  return sum;
}
inline std::uint64_t counted(const std::string& site, const std::string& name) {
  for (const auto& e : counters().entries())
    if (e.site == site && e.name == name) return e.value;
  FAIL("no counter " << site << " " << name);
  return 0;
}
inline void run_to(Time t) { scheduler().run_until(t); }

}  // namespace machine
}  // namespace viosim::test
