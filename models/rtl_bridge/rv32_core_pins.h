// Rv32CorePins: rtl/rv32_core as its pins, a clock cycle at a time. No time, no SystemC.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

namespace viosim::rtl_bridge {

class Rv32CorePins {
 public:
  struct Answer {
    bool valid = false, error = false;
    std::uint32_t value = 0;
  };
  /// What stands at the core in the cycle that the coming edge ends.
  struct Inputs {
    bool instruction_ready = true, data_ready = true;
    Answer instruction, data;
    bool software = false, timer = false, external = false;
  };
  struct Request {
    bool valid = false, write = false;
    unsigned size = 0;  ///< 1, 2 or 4 bytes
    std::uint32_t address = 0, value = 0;
  };
  /// What happened to the program in the cycle that the last edge ended.
  struct Trace {
    bool valid = false, trap = false;
    std::uint32_t pc = 0, word = 0;
    unsigned rd = 0;                    ///< 0: none
    std::uint32_t value = 0, cause = 0;  ///< of rd, or of mtval; mcause
  };

  explicit Rv32CorePins(std::string path);
  ~Rv32CorePins();

  /// Begins again, at `entry`.
  void reset(std::uint32_t entry, std::uint32_t hart_id = 0);
  /// Sets the inputs; the requests below answer to them.
  void drive(const Inputs& in);
  Request instruction() const;
  Request data() const;
  void edge(std::uint64_t ps);
  Trace trace() const;
  /// What the cycle after the edge is spent on, a number of causes.def; kNothing: nothing.
  std::uint8_t cause() const;
  static constexpr std::uint8_t kNothing = 255;
  bool quiescent() const;

 private:
  struct Model;
  std::unique_ptr<Model> model_;
};

}  // namespace viosim::rtl_bridge
