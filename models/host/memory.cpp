#include "host/memory.h"

namespace viosim::host {
namespace {

CacheShape shape_of(const MemoryParams& p) {
  return {static_cast<unsigned>(p.sockets->raw()), static_cast<unsigned>(p.cores_per_socket->raw()),
          *p.private_cache_size, *p.llc_size, static_cast<std::size_t>(p.private_cache_ways->raw()),
          static_cast<std::size_t>(p.llc_ways->raw()), static_cast<std::size_t>(p.ddio_ways->raw())};
}

}  // namespace

Memory::Node::Node(const std::string& path, unsigned number, const MemoryParams& p, const MemoryTiming& timing)
    : far(number != 0 && *p.io_attachment != "hub"),
      // Data direct I/O reaches the caches of the device's own socket.
      ddio_into(*p.ddio && !far ? static_cast<int>(number) : -1), llc(path + ".llc", 0),
      interconnect(path + ".interconnect", 1),
      dram(path + ".dram", static_cast<std::size_t>(p.dram_channels->raw()), timing.dram_access(), timing.dram_line()) {
  llc.based_on(Cause::CacheAccess, p.llc_latency);
  llc.based_on(Cause::CacheAccess, p.llc_line);
  dram.based_on(p.dram_latency);
  dram.based_on(p.dram_bandwidth);
  dram.based_on(p.dram_channels);
  interconnect.based_on(Cause::RemoteNode, p.remote_latency);
  interconnect.based_on(Cause::RemoteNode, p.remote_bandwidth);
}

Memory::Memory(sc_core::sc_module_name module_name, const MemoryParams& params)
    : sc_module(module_name), store_(static_cast<unsigned>(params.sockets->raw()), *params.node_memory),
      caches_(shape_of(params)), timing_(params),
      cores_per_node_(static_cast<unsigned>(params.cores_per_socket->raw())),
      hub_(*params.io_attachment == "hub"),
      core_misses_(counters().add(name(), "llc_misses", "lines that cores fetched from DRAM")),
      device_misses_(counters().add(name(), "device_llc_misses", "lines that devices read from DRAM")) {
  for (unsigned i = 0; i < static_cast<unsigned>(params.sockets->raw()); ++i)
    nodes_.push_back(std::make_unique<Node>(std::string(name()) + ".node" + std::to_string(i), i, params, timing_));
}

Time Memory::across(Op& op, Node& home, std::int64_t lines, Time at) {
  const Time there = home.interconnect.delay(op, Cause::RemoteNode, at, timing_.remote_access());
  return home.interconnect.pass_from(op, there, home.link, Cause::RemoteNode, timing_.remote_transfer(lines));
}

void Memory::displace(Node& home, int lines, Time at) {
  Op nobody;  // nobody waits, but the channels are busy
  home.dram.move(nobody, home.displaced, lines, at);
  home.displaced += static_cast<std::uint64_t>(lines);
}

Time Memory::device_read(Op& op, Hpa address, Bytes length, Time at) {
  if (length.raw() <= 0 || !store_.contains(address, length)) return at;
  const unsigned number = store_.node_of(address);
  Node& home = *nodes_[number];
  const Lines lines(address, length);
  std::int64_t hits = 0, misses = 0;
  bool far = home.far;
  for (std::uint64_t line = lines.first; line <= lines.last; ++line) {
    const int holder = caches_.holder(line, number);
    if (holder < 0) ++misses;
    else ++hits;
    far = far || (!hub_ && holder > 0);
  }
  device_misses_ += static_cast<std::uint64_t>(misses);
  Time t = home.llc.delay(op, Cause::CacheAccess, at, timing_.llc(hits, false));
  if (far) t = across(op, home, hits + misses, t);
  if (misses > 0) t = home.dram.read(op, lines.first, misses, t);
  return t;
}

Time Memory::walker_read(Op& op, Hpa address, Bytes length, Time at) {
  const Time end = device_read(op, address, length, at);
  if (length.raw() <= 0 || !store_.contains(address, length)) return end;
  const unsigned number = store_.node_of(address);
  const Lines lines(address, length);
  for (std::uint64_t line = lines.first; line <= lines.last; ++line) caches_.walker_read(line, number);
  write_back(*nodes_[number], end);
  return end;
}

Time Memory::device_write(Op& op, Hpa address, Bytes length, Time at) {
  if (length.raw() <= 0 || !store_.contains(address, length)) return at;
  Node& home = home_of(address);
  const Lines lines(address, length);
  for (std::uint64_t line = lines.first; line <= lines.last; ++line) caches_.device_write(line, home.ddio_into);
  const bool allocated = home.ddio_into >= 0;
  Time t = home.llc.delay(op, Cause::CacheAccess, at, timing_.llc(allocated ? lines.count() : 0, false));
  if (home.far) t = across(op, home, lines.count(), t);
  if (!allocated) t = home.dram.move(op, lines.first, lines.count(), t);
  write_back(home, t);
  return t;
}

inline Ready Memory::core_load(Op& op, const Lines& lines, CacheState::Core& core, Node& home, Time at) {
  Found found;
  for (std::uint64_t line = lines.first; line <= lines.last; ++line) found.count(caches_.load(line, core));
  if (found.beyond_core() == 0) return {at};
  Node& here = *nodes_[core.node()];
  const std::int64_t near = found[Place::llc] + found[Place::other_core];
  Time t = here.llc.delay(op, Cause::CacheAccess, at, timing_.llc(near, found[Place::other_core] > 0));
  const std::int64_t misses = found[Place::memory];
  const bool remote = misses > 0 && &home != &here;
  const std::int64_t crossing = found[Place::other_socket] + (remote ? misses : 0);
  if (crossing > 0) t = across(op, home, crossing, t);
  if (misses == 0) return {t, crossing > 0 ? Cause::RemoteNode : Cause::CacheAccess};
  core_misses_ += static_cast<std::uint64_t>(misses);
  t = home.dram.read(op, lines.first, misses, t);
  if (misses == 1) return {t, Cause::DramAccess};  // its latency is the least time
  const Time paced = at + timing_.paced_load(misses, remote);
  if (paced > t) t = home.dram.pace(op, lines.first, t, paced - t);
  return {t, Cause::DramAccess};
}

inline Ready Memory::core_store(Op& op, const Lines& lines, CacheState::Core& core, Node& home, Time at) {
  Found found;
  for (std::uint64_t line = lines.first; line <= lines.last; ++line) found.count(caches_.store(line, core));
  Node& here = *nodes_[core.node()];
  const std::int64_t misses = found[Place::memory];
  core_misses_ += static_cast<std::uint64_t>(misses);
  Op nobody;  // the lines come while the core goes on
  if (misses > 0) home.dram.read(nobody, lines.first, misses, at);
  const Duration wait = timing_.paced_store(found, &home != &here);
  if (wait == kZeroTime) return {at};
  if (misses == 0) return {here.llc.delay(op, Cause::CacheAccess, at, wait), Cause::CacheAccess};
  return {home.dram.pace(op, lines.first, at, wait), Cause::DramAccess};
}

inline Ready Memory::beyond_core(Op& op, MemAccess kind, Hpa address, Bytes length, CacheState::Core& core, Time at) {
  if (length.raw() <= 0 || !store_.contains(address, length)) return {at};
  const Lines lines(address, length);
  Node& home = home_of(address);
  const Ready end = kind == MemAccess::load ? core_load(op, lines, core, home, at)
                                            : core_store(op, lines, core, home, at);
  write_back(home, end.at);
  return end;
}

Time Memory::core_access(Op& op, MemAccess kind, Hpa address, Bytes length, unsigned core, Time at) {
  return beyond_core(op, kind, address, length, caches_.core(core), at).at;
}

Time Memory::core_access(Op& op, MemAccess kind, Hpa address, Bytes length, CacheState::Core& core, Time at,
                         Ledger::Site& stands) {
  const Ready end = beyond_core(op, kind, address, length, core, at);
  const Cause why = op.traced() ? end.why : Cause::CacheAccess;
  if (end.at != at) ledger().occupy(stands, why, SpanKind::blocked, at, end.at, op.traced());
  return end.at;
}

}  // namespace viosim::host
