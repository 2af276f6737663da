#include "host/context.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "host/memory.h"

namespace viosim::host {
namespace {

Hpa native(Gpa address) { return Hpa(address.raw()); }  // no second translation below this software

std::string range_text(std::uint64_t address, Bytes length) {
  return std::to_string(length.raw()) + " bytes at " + std::to_string(address);
}

[[noreturn, gnu::cold]] void no_memory(Gpa address, Bytes length) {
  throw std::out_of_range("no memory: " + range_text(address.raw(), length));
}

Hpa checked(const Memory& memory, Gpa address, Bytes length) {
  if (!memory.contains(native(address), length)) no_memory(address, length);
  return native(address);
}

unsigned present(const Memory& memory, unsigned core, const char* context) {
  if (core >= memory.cores())
    throw std::invalid_argument(std::string(context) + ": the host has no core " + std::to_string(core));
  return core;
}

}  // namespace

Context::Context(sc_core::sc_module_name module_name, const CoreParams& p, Memory& memory, unsigned core)
    : sc_module(module_name), station_(name(), 1), site_(ledger().site(station_.site())), timing_(p), memory_(memory),
      core_(present(memory, core, name())), caches_(memory.caches_of_core(core_)),
      polls_(counters().add(name(), "polls", "looks of software that polls")),
      interrupts_(counters().add(name(), "interrupts", "interrupts that the core took")) {
  station_.based_on(Cause::Execute, p.frequency);
  for (const auto* cycles : {&p.uc_store, &p.interrupt_entry, &p.interrupt_exit, &p.block, &p.wake})
    station_.based_on(Cause::Execute, *cycles);
  station_.based_on(Cause::Execute, p.wc_first_line);
  station_.based_on(Cause::Copy, p.copy_line);
  station_.based_on(Cause::SchedulerWait, p.idle_exit);
  pending_.reserve(16);
}

inline Time Context::access(MemAccess kind, Hpa address, Bytes length, Time at) {
  if (caches_.at_hand(Lines(address, length), kind == MemAccess::store)) return at;
  return memory_.core_access(op_, kind, address, length, caches_, at, site_);
}

Hold Context::load(Gpa from, std::span<std::byte> into) {
  const Bytes length(static_cast<std::int64_t>(into.size()));
  if (!memory_.get(native(from), into)) [[unlikely]] no_memory(from, length);
  return until(access(MemAccess::load, native(from), length, now()));
}

Hold Context::store(Gpa to, std::span<const std::byte> from) {
  const Bytes length(static_cast<std::int64_t>(from.size()));
  const Time end = access(MemAccess::store, native(to), length, now());  // nothing, where there is no memory
  if (!memory_.put(native(to), from, &op_)) [[unlikely]] no_memory(to, length);
  return until(end);
}

Task<> Context::copy(Gpa from, Gpa to, Bytes length) {
  Hpa source = checked(memory_, from, length), target = checked(memory_, to, length);
  bool first = true;
  while (length.raw() > 0) {
    const Bytes n = std::min(length, Bytes(4096));
    Time t = access(MemAccess::load, source, n, now());
    const Duration work = timing_.copy(n, first);
    station_.serve(op_, Cause::Copy, t, t + work, t + work);
    t = access(MemAccess::store, target, n, t + work);
    copy_chunk(source, target, n);
    co_await until(t);
    source = source + n;
    target = target + n;
    length -= n;
    first = false;
  }
}

void Context::copy_chunk(Hpa from, Hpa to, Bytes n) {
  std::array<std::byte, 4096> scratch;
  const std::span<std::byte> part(scratch.data(), static_cast<std::size_t>(n.raw()));
  memory_.read(from, part);
  memory_.write(to, part, &op_);
}

Gpa Context::allocate(Bytes size, Bytes alignment) {
  return Gpa(memory_.allocate(size, alignment, memory_.node_of_core(core_)).raw());
}

Hpa Context::translate(Gpa address, Bytes length) const { return checked(memory_, address, length); }

MmioIf& Context::device_at(Hpa reg, Bytes size) const {
  if (mmio_ == nullptr) throw std::logic_error(station_.path() + ": no root complex is bound");
  if (!mmio_->decodes(reg, size)) throw std::out_of_range("no device decodes " + range_text(reg.raw(), size));
  return *mmio_;
}

Hold Context::mmio_store(Gpa reg, std::uint64_t value, Bytes size) {
  if (size.raw() != 4 && size.raw() != 8) throw std::invalid_argument("mmio_store: expected 4 or 8 bytes");
  MmioIf& device = device_at(native(reg), size);
  std::array<std::byte, 8> data;
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::byte>(value >> (8 * i));
  const Time end = now() + timing_.uc_store();
  station_.serve(op_, Cause::Execute, now(), end, end);
  Op out = op_.fork();
  const Time leave = latest({end}, {uc_free_}).at;
  ledger().charge(out, site_, Cause::Execute, SpanKind::queued, end, leave);
  uc_left_ = leave;
  uc_free_ = leave + timing_.uc_spacing();
  device.store(native(reg), {data.data(), static_cast<std::size_t>(size.raw())}, false, std::move(out));
  return until(end);
}

Hold Context::mmio_store_lines(Gpa reg, std::span<const std::byte> lines) {
  if (lines.empty() || lines.size() % 64 != 0 || reg.raw() % 64 != 0)
    throw std::invalid_argument("mmio_store_lines: expected whole lines of 64 bytes");
  MmioIf& device = device_at(native(reg), Bytes(static_cast<std::int64_t>(lines.size())));
  const Time begin = now();
  Time done = begin;
  for (std::size_t i = 0; i * 64 < lines.size(); ++i) {
    const Time out = begin + timing_.wc_line_out(static_cast<std::int64_t>(i));
    station_.serve(op_, Cause::Execute, done, out, out);
    device.store(Hpa(reg.raw() + i * 64), lines.subspan(i * 64, 64), true, op_.fork());
    done = out;
  }
  return until(done);
}

Task<std::uint64_t> Context::mmio_load(Gpa reg, Bytes size) {
  MmioLoad request;
  request.address = native(reg);
  request.size = size;
  MmioIf& device = device_at(native(reg), size);
  // Uncached accesses leave in order: a load waits until the stores before it have left the core.
  if (now() < uc_left_) co_await station_.hold(op_, Cause::Execute, uc_left_ - now());
  request.op = std::move(op_);
  const Time since = now();
  device.load(request);
  while (!request.finished) co_await viosim::sleep(request.done);
  op_ = std::move(request.op);
  station_.stood(op_, Cause::RootComplexTransit, since);
  co_return request.value;
}

Task<> Context::port_write(std::uint16_t port, std::span<const std::byte>) {
  throw std::out_of_range("no port " + std::to_string(port) + ": ports exist in guests alone");
  co_return;
}

Task<std::uint64_t> Context::port_read(std::uint16_t port, Bytes) {
  throw std::out_of_range("no port " + std::to_string(port) + ": ports exist in guests alone");
  co_return 0;
}

void Context::watch(Watch& w, Gpa from) {
  const Hpa at = checked(memory_, from, w.length);
  if (w.placed) {
    memory_.move_watch(w, at);
  } else {
    w.address = at;
    memory_.add_watch(w);
    w.placed = true;
  }
  w.rearm();
}

void Context::add_watch(Watch& w) { memory_.add_watch(w); }
void Context::remove_watch(Watch& w) { memory_.remove_watch(w); }

}  // namespace viosim::host
