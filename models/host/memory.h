// The memory of a host: bytes, caches, DRAM per socket, the interconnect between sockets.
// Models: inclusive last-level cache per socket (LRU), private cache per core, device writes into the cache
//   (DDIO, limited ways) or into DRAM with invalidation, device reads that snoop, write-backs, DRAM and
//   interconnect bandwidth, fill buffers and store buffer of a core.
// Not modelled: prefetchers, bandwidth of the last-level cache shared by cores, the second
//   level apart from the first (a hit in either costs nothing beyond the core's cycles), an access that crosses from
//   one node into the next (it belongs to the node of its first byte, as do the lines that it displaces).
// Causes: CacheAccess = llc_latency (+ llc_snoop) + llc_line x (lines - 1)
//   DramAccess = dram_latency + 64 B x (lines of a channel - 1) x dram_channels / dram_bandwidth (dram.h), a core's load
//     not below fill-buffer pace
//   RemoteNode = remote_latency + 64 B x (lines - 1) / remote_bandwidth
// A device's write to DRAM is visible when the memory controller has it: it waits for the channel, not for the array.
#pragma once
#include <memory>
#include <systemc>
#include <vector>

#include "host/backing_store.h"
#include "host/cache_state.h"
#include "host/dram.h"
#include "host/memory_params.h"
#include "host/memory_timing.h"
#include "host/watch_list.h"
#include "kernel/station.h"
#include "protocols/mem.h"

namespace viosim::host {

class Memory final : public MemoryIf, public sc_core::sc_module {
 public:
  /// Sites: <name>.node<i>.llc, .dram<channel>, .interconnect. Throws std::invalid_argument for impossible cache shapes.
  Memory(sc_core::sc_module_name name, const MemoryParams& params);

  unsigned nodes() const { return static_cast<unsigned>(nodes_.size()); }
  unsigned cores() const { return nodes() * cores_per_node_; }
  unsigned node_of_core(unsigned core) const { return core / cores_per_node_; }
  CacheState::Core& caches_of_core(unsigned core) { return caches_.core(core); }

  bool contains(Hpa address, Bytes length) const override { return store_.contains(address, length); }
  void read(Hpa address, std::span<std::byte> into) const override { get(address, into); }
  void write(Hpa address, std::span<const std::byte> from, const Op* op) override { put(address, from, op); }
  /// The same for who does not ask `contains` before. False: no such memory.
  bool get(Hpa address, std::span<std::byte> into) const { return store_.read(address, into); }
  bool put(Hpa address, std::span<const std::byte> from, const Op* op) {
    const bool there = store_.write(address, from);
    if (there) watches_.written(address, Bytes(static_cast<std::int64_t>(from.size())), op);
    return there;
  }
  Hpa allocate(Bytes size, Bytes alignment, unsigned node) override { return store_.allocate(size, alignment, node); }

  Time device_read(Op& op, Hpa address, Bytes length, Time at) override;
  Time walker_read(Op& op, Hpa address, Bytes length, Time at) override;
  Time device_write(Op& op, Hpa address, Bytes length, Time at) override;
  Time core_access(Op& op, MemAccess kind, Hpa address, Bytes length, unsigned core, Time at) override;
  /// The same while the core itself, a server of `stands`, can do nothing else. What its caches have at hand takes no
  /// time and changes nothing.
  Time core_access(Op& op, MemAccess kind, Hpa address, Bytes length, CacheState::Core& core, Time at,
                   Ledger::Site& stands);

  void add_watch(Watch& w) override { watches_.add(w); }
  void remove_watch(Watch& w) override { watches_.remove(w); }
  void move_watch(Watch& w, Hpa to) { watches_.move(w, to); }

 private:
  struct Node {
    Node(const std::string& path, unsigned number, const MemoryParams& params, const MemoryTiming& timing);
    bool far;                         // from the devices
    int ddio_into;                    // the socket whose cache takes what devices write here; -1: none
    Station llc, interconnect;
    Dram dram;
    Server link;                      // of the interconnect
    std::uint64_t displaced = 0;      // lines: they take turns over the channels, whatever their addresses
  };
  Node& home_of(Hpa address) { return *nodes_[store_.node_of(address)]; }
  Time across(Op& op, Node& home, std::int64_t lines, Time at);
  /// When the access is done, and what the last of its time was spent on.
  Ready beyond_core(Op& op, MemAccess kind, Hpa address, Bytes length, CacheState::Core& core, Time at);
  Ready core_load(Op& op, const Lines& lines, CacheState::Core& core, Node& home, Time at);
  Ready core_store(Op& op, const Lines& lines, CacheState::Core& core, Node& home, Time at);
  void write_back(Node& home, Time at) {
    const int lines = caches_.take_writebacks();
    if (lines != 0) [[unlikely]] displace(home, lines, at);
  }
  void displace(Node& home, int lines, Time at);

  BackingStore store_;
  WatchList watches_;
  CacheState caches_;
  MemoryTiming timing_;
  unsigned cores_per_node_;
  bool hub_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::uint64_t& core_misses_;
  std::uint64_t& device_misses_;
};

}  // namespace viosim::host
