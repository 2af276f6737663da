// Which caches of a host hold which lines. State in, place out: no time.
// Private caches (a core's first and second level as one) inside an inclusive last-level cache per socket,
// whose lines know the cores that may hold them, as Nehalem's core-valid bits do.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "kernel/quantity.h"
#include "structures/set_assoc.h"

namespace viosim::host {

inline constexpr std::int64_t kLine = 64;

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

  /// True: the core holds the lines, used each last of its set, and for a store is their only owner: nothing changes.
  bool at_hand(std::uint64_t first, std::uint64_t last, unsigned core, bool to_write) {
    SetAssoc<Private>& own = private_[core];
    for (std::uint64_t line = first; line <= last; ++line) {
      const Private* const held = own.front(line);
      if (held == nullptr || held->writable < to_write) return false;
    }
    return true;
  }
  Place load(std::uint64_t line, unsigned core);
  /// Afterwards this core alone holds the line, modified.
  Place store(std::uint64_t line, unsigned core);
  /// Changes nothing (a device reads the current value): the socket whose cache has the line, or -1.
  int holder(std::uint64_t line, unsigned home);
  /// A page walker reads the line: it stays in the cache of its home, unless another socket holds it.
  void walker_read(std::uint64_t line, unsigned home);
  /// A device writes the line: all copies are invalid, but `into` (a socket, or -1: none) allocates it.
  /// True if `into` had it already.
  bool device_write(std::uint64_t line, int into);
  /// Modified lines that were displaced since the last call: they go to DRAM.
  int take_writebacks() { return writebacks_ == 0 ? 0 : std::exchange(writebacks_, 0); }

 private:
  static constexpr std::uint8_t kNobody = 0xff;
  struct Line {
    std::uint32_t cores = 0;         // may hold it; bit = core within the socket
    std::uint8_t owner = kNobody;    // the core that holds it modified
    bool dirty = false, by_device = false;
  };
  struct Private { bool writable; };

  Place fill(std::uint64_t line, unsigned node, Line state);
  void evicted(const SetAssoc<Line>::Entry& victim, unsigned node);
  void drop_private(std::uint64_t line, std::uint32_t cores, unsigned node);
  void downgrade(std::uint64_t line, Line& state, unsigned node);
  std::uint32_t others(unsigned node) const { return used_ & ~(1u << node); }

  unsigned cores_per_node_;
  std::size_t ddio_ways_;
  int writebacks_ = 0;
  std::uint32_t used_ = 0;  // bit = socket: its cache has held lines; those of the others need no look
  std::vector<SetAssoc<Private>> private_;  // by core
  std::vector<SetAssoc<Line>> llc_;         // by node
};

}  // namespace viosim::host
