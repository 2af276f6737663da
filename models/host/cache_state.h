// Which caches of a host hold which lines. State in, place out: no time.
// Private caches (a core's first and second level as one) inside an inclusive last-level cache per socket,
// whose lines know the cores that may hold them, as Nehalem's core-valid bits do.
#pragma once
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernel/address.h"
#include "structures/set_assoc.h"

namespace viosim::host {

inline constexpr std::int64_t kLine = 64;

/// The lines that an access touches, by number.
struct Lines {
  Lines(Hpa address, Bytes length)
      : first(address.raw() / static_cast<std::uint64_t>(kLine)),
        last((address + (length - Bytes(1))).raw() / static_cast<std::uint64_t>(kLine)) {}
  std::int64_t count() const { return static_cast<std::int64_t>(last - first + 1); }
  std::uint64_t first, last;
};

struct CacheShape {
  unsigned nodes, cores_per_node;
  Bytes private_size, llc_size;
  std::size_t private_ways, llc_ways, ddio_ways;
};

/// Where a line was found, from near to far.
enum class Place : std::uint8_t { own, llc, other_core, other_socket, memory };
inline constexpr std::size_t kPlaces = 5;

class CacheState {
 public:
  /// Throws std::invalid_argument for a cache that is not made of whole sets, and for more ways of devices
  /// than there are.
  explicit CacheState(const CacheShape& shape);

  /// The caches of a core's own.
  class Core {
   public:
    /// True: it holds the lines, used each last of its set, and for a store is their only owner: nothing changes.
    bool at_hand(const Lines& lines, bool to_write) {
      for (std::uint64_t line = lines.first; line <= lines.last; ++line) {
        const Private* const held = private_.front(line);
        if (held == nullptr || held->writable < to_write) return false;
      }
      return true;
    }
    unsigned node() const { return node_; }

   private:
    friend class CacheState;
    struct Private { bool writable; };
    Core(SetAssoc<Private> caches, unsigned node, unsigned mine)
        : private_(std::move(caches)), node_(node), mine_(mine) {}
    SetAssoc<Private> private_;
    unsigned node_, mine_;  // its socket, and its number there
  };
  Core& core(unsigned number) { return cores_[number]; }
  Place load(std::uint64_t line, Core& core);
  Place load(std::uint64_t line, unsigned core) { return load(line, cores_[core]); }
  /// Afterwards this core alone holds the line, modified.
  Place store(std::uint64_t line, Core& core);
  /// Changes nothing (a device reads the current value): the socket whose cache has the line, or -1.
  int holder(std::uint64_t line, unsigned home);
  /// A page walker reads the line: it stays in the cache of its home, unless another socket holds it.
  void walker_read(std::uint64_t line, unsigned home);
  /// A device writes the line: all copies are invalid, but `into` (a socket, or -1: none) allocates it.
  /// True if `into` had it already.
  bool device_write(std::uint64_t line, int into) {
    if (into >= 0) return device_allocate(line, static_cast<unsigned>(into));
    invalidate(line, used_);
    return false;
  }
  /// Modified lines that were displaced since the last call: they go to DRAM.
  int take_writebacks() { return writebacks_ == 0 ? 0 : std::exchange(writebacks_, 0); }

 private:
  static constexpr std::uint8_t kNobody = 0xff;
  struct Line {
    std::uint32_t cores = 0;         // may hold it; bit = core within the socket
    std::uint8_t owner = kNobody;    // the core that holds it modified
    bool dirty = false, by_device = false;
  };
  using Private = Core::Private;

  Place fill(std::uint64_t line, unsigned node, Line state);
  void evicted(const SetAssoc<Line>::Entry& victim, unsigned node);
  void drop_private(std::uint64_t line, std::uint32_t cores, unsigned node) {
    for (; cores != 0; cores &= cores - 1) private_of(node, std::countr_zero(cores)).erase(line);
  }
  /// No cache of `sockets` (a bit each) holds the line any more.
  void invalidate(std::uint64_t line, std::uint32_t sockets) {
    for (; sockets != 0; sockets &= sockets - 1) {
      const auto node = static_cast<unsigned>(std::countr_zero(sockets));
      const auto old = llc_[node].erase(line);
      if (old.key != SetAssoc<Line>::kNone) drop_private(line, old.value.cores, node);
    }
  }
  bool device_allocate(std::uint64_t line, unsigned into);
  void downgrade(std::uint64_t line, Line& state, unsigned node);
  SetAssoc<Private>& private_of(unsigned node, int mine) {
    return cores_[node * cores_per_node_ + static_cast<unsigned>(mine)].private_;
  }
  std::uint32_t others(unsigned node) const { return used_ & ~(1u << node); }

  unsigned cores_per_node_;
  std::size_t ddio_ways_;
  int writebacks_ = 0;
  std::uint32_t used_ = 0;  // bit = socket: its cache has held lines; those of the others need no look
  std::vector<Core> cores_;
  std::vector<SetAssoc<Line>> llc_;  // by node
};

}  // namespace viosim::host
