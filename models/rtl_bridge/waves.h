// Waves: the window of time in which Verilated blocks write their signals, each into a VCD file of its own.
#pragma once
#include <cstdint>
#include <limits>
#include <string>

namespace viosim::rtl_bridge {

class Waves {
 public:
  /// Before the first block is built. Picoseconds.
  static void ask(std::string folder, std::uint64_t from, std::uint64_t to) {
    folder_ = std::move(folder);
    from_ = from;
    to_ = to;
  }
  static bool wanted() { return !folder_.empty(); }
  static bool inside(std::uint64_t ps) { return ps >= from_ && ps < to_; }
  static std::string file(const std::string& path) { return folder_ + "/" + path + ".vcd"; }

 private:
  static inline std::string folder_;
  static inline std::uint64_t from_ = 0, to_ = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace viosim::rtl_bridge
