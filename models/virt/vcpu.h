// A virtual processor, bound to one core of the host.
// Models: exits by reason (hardware, then the monitor's handler), entries, interrupt injection with its exits,
//   posted interrupts and APICv where the part has them, halting under the hypervisor's scheduler, translation by
//   nested pages with a TLB, direct access to the registers of assigned devices.
// Not modelled: several processors on one core and preemption, exits by page fault or control register, the guest's
//   own page tables, trapped memory-mapped registers (devices here trap by ports), an interrupt that comes while
//   guest code executes is taken at the guest's next poll, halt or exit.
// Causes (all at the core's site): VmExit = hardware_round_trip x exit_share; VmEntry = the rest
//   ExitHandling = handler of the reason (halt: + halt_deschedule); SchedulerWait = halt_wake
//   Injection = injection per interrupt, posted_delivery for a posted one, ipi when another core asks
//   PageWalk = tlb_walk a miss
#pragma once
#include <array>
#include <memory>
#include <systemc>
#include <vector>

#include "protocols/core.h"
#include "protocols/trap.h"
#include "structures/set_assoc.h"
#include "virt/exit_timing.h"
#include "virt/guest_memory.h"
#include "virt/register_map.h"

namespace viosim::virt {

/// What a virtual machine asks of the processor; what the part lacks is refused.
struct VcpuOptions {
  bool apicv = false;
  bool posted_interrupts = false;
};

class Vcpu : public sc_core::sc_module, public Exec, public VcpuIf, public IrqIf, private GateIf {
 public:
  /// Throws std::invalid_argument naming the key if `options` asks for what `costs` does not declare.
  Vcpu(sc_core::sc_module_name name, const ExitCosts& costs, VcpuOptions options, CoreIf& core, MemoryIf& host,
       GuestMemory& memory);

  /// Lets the guest reach an assigned device's registers without exits.
  void map_mmio(Gpa guest, Hpa registers, Bytes size) { registers_.add(guest, registers, size); }
  /// A vector of the host's core that reaches the guest as `vector`: for a physical device's messages.
  unsigned host_vector(unsigned vector);
  /// A hypercall without a device: exit, its handling, entry. What the service costs is the caller's.
  Task<> hypercall();

  /// An exit because of page tables, and the entry after it; `faulted`: with a page fault for the guest. Charged from
  /// `at` on; answers the end.
  Time exit_for_paging(Cycles handling, bool faulted, Time at);
  bool vpid() const { return vpid_; }
  std::uint64_t exits() const { return exits_; }

  Op& op() override { return core_.op(); }
  Hold execute(Cycles n, Cause cause) override { return core_.execute(n, cause); }
  Hold load(Gpa from, std::span<std::byte> into) override;
  Hold store(Gpa to, std::span<const std::byte> from) override;
  Task<> copy(Gpa from, Gpa to, Bytes length) override;
  Gpa allocate(Bytes size, Bytes alignment) override { return memory_.allocate(size, alignment); }
  /// The range lies in one page, or in frames that follow each other (else std::out_of_range too).
  Hpa translate(Gpa address, Bytes length) const override;
  Hold mmio_store(Gpa reg, std::uint64_t value, Bytes size) override {
    return core_.mmio_store(registers_.find(reg, size), value, size);
  }
  Hold mmio_store_lines(Gpa reg, std::span<const std::byte> lines) override {
    return core_.mmio_store_lines(registers_.find(reg, Bytes(static_cast<std::int64_t>(lines.size()))), lines);
  }
  Task<std::uint64_t> mmio_load(Gpa reg, Bytes size) override {
    return core_.mmio_load(registers_.find(reg, size), size);
  }
  /// Without a device at `port` the write is lost and a read answers ones; the exit costs the same.
  Task<> port_write(std::uint16_t port, std::span<const std::byte> data) override;
  Task<std::uint64_t> port_read(std::uint16_t port, Bytes size) override;
  bool spin(Poll& poll, std::coroutine_handle<> poller) override { return core_.spin(poll, poller); }
  Task<> sleep(Event& wake) override;
  void wake_with(const Op& cause_op) override;
  void watch(Watch& w, Gpa from) override { core_.watch(w, Gpa(translate(from, w.length).raw())); }
  void add_watch(Watch& w) override { core_.add_watch(w); }
  void remove_watch(Watch& w) override { core_.remove_watch(w); }
  /// Throws std::out_of_range for a vector above 255.
  void on_interrupt(unsigned vector, InterruptHandler handler) override;
  void based_on(Cause cause, const Source& source) override { core_.based_on(cause, source); }
  unsigned core_index() const override { return core_.core_index(); }

  void inject(unsigned vector, Op op) override;
  /// Throws std::invalid_argument if another device has one of the ports.
  void attach_ports(std::uint16_t base, std::uint16_t size, TrapIf& device) override;
  /// A physical interrupt of an assigned device for the guest's `vector` (see host_vector).
  void raise(unsigned vector, Op op) override { core_.raise(host_vector(vector), std::move(op)); }

 private:
  enum class Mode : std::uint8_t { guest, root, halted };
  struct Injected { unsigned vector; Op op; };
  struct Ports { std::uint16_t base, size; TrapIf* device; };
  struct Forward { Vcpu* vcpu; unsigned vector, host_vector; };
  struct Kick;

  Task<> interrupt(CoreIf& core, unsigned vector) override;
  Task<> deliver_posted(unsigned vector);
  void woken();
  void take_next();
  void check(unsigned vector) const;
  Task<> enter();
  Task<> deliver(unsigned vector);
  Hold leave(ExitReason reason);
  Hold round_trip(ExitReason reason);
  Time charge_exit(ExitReason reason);
  Time charge(Cause cause, Cycles n, Time at);
  void kick(Op op);
  const Forward* forward_of(unsigned host_vector) const;
  const Ports* ports_of(std::uint16_t port) const;
  Time walk(Gpa address, Time at);
  void host_copy(Hpa from, Hpa to, Bytes n);
  static Hold until(Time t) { Hold h; h.until = t; return h; }

  ExitTiming timing_;
  VcpuOptions options_;
  CoreIf& core_;
  MemoryIf& host_;
  GuestMemory& memory_;
  RegisterMap registers_;
  Cycles injection_, posted_delivery_, tlb_walk_;
  Duration halt_deschedule_, halt_wake_;
  bool vpid_;
  SetAssoc<char> tlb_;  // keys only
  Mode mode_ = Mode::guest;
  std::vector<Ports> ports_;
  std::vector<std::unique_ptr<Forward>> forwards_;  // addresses are handed out
  std::array<InterruptHandler, 256> handlers_{};
  std::vector<Injected> pending_;  // to be injected at the next entry
  unsigned kick_vector_, kicked_for_ = 0;
  bool kicked_ = false, woken_with_ = false;
  bool masked_ = false;     // a handler of the guest runs: nothing is injected
  bool servicing_ = false;  // the host's handler runs on this core
  Op wake_op_;
  std::uint64_t& exits_;
  std::array<std::uint64_t*, kExitReasonCount> exits_by_reason_;
  std::uint64_t& injections_;
  std::uint64_t& posted_count_;
  std::uint64_t& walks_;
};

}  // namespace viosim::virt
