// Clint: a hart's timer and software interrupt as memory-mapped registers.
// Models: msip at 0x0, mtimecmp at 0x4000, mtime at 0xbff8 (offsets as in SiFive's core-local interruptor, for one
// hart); the timer's interrupt is pending while mtime >= mtimecmp, both 64 bits, in accesses of 4 bytes.
// Not modelled: a clock: its owner moves mtime by `advance`. Other offsets and sizes are bus errors.
#pragma once
#include <cstdint>

#include "control/hart.h"
#include "protocols/control_bus.h"

namespace viosim::control {

class Clint : public ControlBusIf {
 public:
  static constexpr std::uint32_t kSize = 0xc000;
  static constexpr std::uint32_t kSoftware = 0x0, kCompare = 0x4000, kTime = 0xbff8;

  explicit Clint(Hart& hart) : hart_(hart) {}

  void advance(std::uint64_t ticks);
  std::uint64_t time() const { return time_; }
  /// Until the timer's interrupt is pending; 0: it is.
  std::uint64_t ticks_left() const { return time_ >= compare_ ? 0 : compare_ - time_; }

  BusAnswer load(std::uint32_t offset, unsigned size, std::uint32_t& value) override;
  BusAnswer store(std::uint32_t offset, unsigned size, std::uint32_t value) override;

 private:
  void drive();
  Hart& hart_;
  std::uint32_t software_ = 0;
  std::uint64_t time_ = 0;
  std::uint64_t compare_ = ~std::uint64_t{0};  // the specification leaves it open: nothing is pending at first
};

}  // namespace viosim::control
