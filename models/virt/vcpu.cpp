#include "virt/vcpu.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace viosim::virt {
Vcpu::Vcpu(sc_core::sc_module_name module_name, const ExitCosts& c, VcpuOptions options, CoreIf& core, MemoryIf& host,
           GuestMemory& memory)
    : sc_module(module_name), timing_(c), options_(options), core_(core), host_(host), memory_(memory),
      injection_(*c.injection), posted_delivery_(*c.posted_delivery), tlb_walk_(*c.tlb_walk),
      halt_deschedule_(*c.halt_deschedule), halt_wake_(*c.halt_wake), vpid_(*c.vpid),
      tlb_(static_cast<std::size_t>(c.tlb_entries->raw() / c.tlb_ways->raw()),
           static_cast<std::size_t>(c.tlb_ways->raw())),
      exits_(counters().add(name(), "vm_exits", "times the processor left the guest")),
      injections_(counters().add(name(), "injected_interrupts", "interrupts delivered into the guest")),
      posted_count_(counters().add(name(), "posted_interrupts", "of them without an exit")),
      walks_(counters().add(name(), "ept_walks", "translations that the TLB did not hold")) {
  if (options.apicv && !*c.apicv) throw std::invalid_argument("apicv: the processor does not have it");
  if (options.posted_interrupts && !*c.posted_interrupts)
    throw std::invalid_argument("posted_interrupts: the processor does not have them");
  for (std::size_t r = 0; r < kExitReasonCount; ++r)
    exits_by_reason_[r] = &counters().add(name(), "exits_" + std::string(kExitReasons[r]), "exits for this reason");
  Station& site = core.station();
  for (const Cause cause : {Cause::VmExit, Cause::VmEntry}) {
    site.based_on(cause, c.hardware_round_trip);
    site.based_on(cause, c.exit_share);
  }
  for (std::size_t r = 0; r < kExitReasonCount; ++r)
    site.based_on(Cause::ExitHandling, c.handler(static_cast<ExitReason>(r)));
  site.based_on(Cause::Injection, c.injection);
  site.based_on(Cause::PageWalk, c.tlb_walk);
  site.based_on(Cause::SchedulerWait, c.halt_wake);
  core.set_gate(*this);
  kick_vector_ = core.free_vector(255);
  core.on_interrupt(kick_vector_, {[](void*, Exec&) -> Task<> { co_return; }, nullptr});
}

// --- memory ----------------------------------------------------------------------------------------------

Time Vcpu::charge(Cause cause, Cycles n, Time at) {
  const Time end = at + core_.time_of(n);
  ledger().charge(core_.op(), core_.station().site(), cause, SpanKind::served, at, end);
  return end;
}

Time Vcpu::walk(Gpa address, Time at) {
  const std::uint64_t page = memory_.page_of(address);
  if (tlb_.find(page) != nullptr) return at;
  tlb_.insert(page, 0);
  ++walks_;
  return charge(Cause::PageWalk, tlb_walk_, at);
}

Hold Vcpu::load(Gpa from, std::span<std::byte> into) {
  memory_.require(from, Bytes(static_cast<std::int64_t>(into.size())));
  Time t = now();
  while (!into.empty()) {
    const Bytes n = std::min(Bytes(static_cast<std::int64_t>(into.size())), memory_.left_in_page(from));
    const Hpa frame = memory_.host_address(from);
    host_.read(frame, into.first(static_cast<std::size_t>(n.raw())));
    t = core_.access(MemAccess::load, frame, n, walk(from, t));
    into = into.subspan(static_cast<std::size_t>(n.raw()));
    from = from + n;
  }
  return until(t);
}

Hold Vcpu::store(Gpa to, std::span<const std::byte> from) {
  memory_.require(to, Bytes(static_cast<std::int64_t>(from.size())));
  Time t = now();
  while (!from.empty()) {
    const Bytes n = std::min(Bytes(static_cast<std::int64_t>(from.size())), memory_.left_in_page(to));
    const Hpa frame = memory_.host_address(to);
    t = core_.access(MemAccess::store, frame, n, walk(to, t));
    host_.write(frame, from.first(static_cast<std::size_t>(n.raw())), &core_.op());
    from = from.subspan(static_cast<std::size_t>(n.raw()));
    to = to + n;
  }
  return until(t);
}

Task<> Vcpu::copy(Gpa from, Gpa to, Bytes length) {
  memory_.require(from, length);
  memory_.require(to, length);
  Cycles setup = core_.costs().copy_setup;
  while (length.raw() > 0) {
    const Bytes n = std::min({length, Bytes(4096), memory_.left_in_page(from), memory_.left_in_page(to)});
    const Hpa source = memory_.host_address(from), target = memory_.host_address(to);
    Time t = core_.access(MemAccess::load, source, n, walk(from, now()));
    t = charge(Cause::Copy, setup + core_.costs().copy_line * ((n.raw() + 63) / 64), t);
    t = core_.access(MemAccess::store, target, n, walk(to, t));
    host_copy(source, target, n);
    co_await until(t);
    from = from + n;
    to = to + n;
    length -= n;
    setup = Cycles{};
  }
}

void Vcpu::host_copy(Hpa from, Hpa to, Bytes n) {
  std::array<std::byte, 4096> scratch;
  const std::span<std::byte> part(scratch.data(), static_cast<std::size_t>(n.raw()));
  host_.read(from, part);
  host_.write(to, part, &core_.op());
}

Hpa Vcpu::translate(Gpa address, Bytes length) const {
  memory_.require(address, length);
  const Hpa start = memory_.host_address(address);
  for (Bytes done = memory_.left_in_page(address); done < length; done += memory_.page())
    if (memory_.host_address(address + done) != start + done)
      throw std::out_of_range("translate: the range at " + std::to_string(address.raw()) + " is scattered");
  return start;
}

// --- ports and hypercalls --------------------------------------------------------------------------------

Time Vcpu::charge_exit(ExitReason reason) {
  ++exits_;
  ++*exits_by_reason_[static_cast<std::size_t>(reason)];
  if (!vpid_) tlb_.clear();
  return charge(Cause::ExitHandling, timing_.handler(reason), charge(Cause::VmExit, timing_.exit(), now()));
}

Time Vcpu::exit_for_paging(Cycles handling, bool faulted, Time at) {
  ++exits_;
  if (!vpid_) tlb_.clear();
  at = charge(Cause::ExitHandling, handling, charge(Cause::VmExit, timing_.exit(), at));
  if (faulted) at = charge(Cause::Injection, injection_, at);
  return charge(Cause::VmEntry, timing_.entry(), at);
}

Hold Vcpu::leave(ExitReason reason) {
  mode_ = Mode::root;
  return until(charge_exit(reason));
}

Hold Vcpu::round_trip(ExitReason reason) {
  return until(charge(Cause::VmEntry, timing_.entry(), charge_exit(reason)));
}

void Vcpu::attach_ports(std::uint16_t base, std::uint16_t size, TrapIf& device) {
  for (const Ports& p : ports_)
    if (base < p.base + p.size && p.base < base + size)
      throw std::invalid_argument("ports at " + std::to_string(base) + " overlap those at " + std::to_string(p.base));
  ports_.push_back({base, size, &device});
}

const Vcpu::Ports* Vcpu::ports_of(std::uint16_t port) const {
  for (const Ports& p : ports_)
    if (port >= p.base && port < p.base + p.size) return &p;
  return nullptr;
}

Task<> Vcpu::port_write(std::uint16_t port, std::span<const std::byte> data) {
  const bool string = data.size() > 4;
  const ExitReason reason = string ? ExitReason::string_io : ExitReason::port_io;
  std::int64_t exits = string ? timing_.string_exits(Bytes(static_cast<std::int64_t>(data.size()))) : 1;
  for (; exits > 1; --exits) co_await round_trip(reason);
  co_await leave(reason);
  const Ports* const p = ports_of(port);
  if (p != nullptr) co_await p->device->port_write(core_, static_cast<std::uint16_t>(port - p->base), data);
  co_await enter();
}

Task<std::uint64_t> Vcpu::port_read(std::uint16_t port, Bytes size) {
  co_await leave(ExitReason::port_io);
  const Ports* const p = ports_of(port);
  std::uint64_t value = ~std::uint64_t{0};
  if (p != nullptr) value = co_await p->device->port_read(core_, static_cast<std::uint16_t>(port - p->base), size);
  co_await enter();
  co_return size.raw() >= 8 ? value : value & ((std::uint64_t{1} << (8 * size.raw())) - 1);
}

Task<> Vcpu::hypercall() {
  co_await leave(ExitReason::hypercall);
  co_await enter();
}

}  // namespace viosim::virt
