// Clint: a hart's timer and software interrupt as memory-mapped registers.
// Models: msip at 0x0, mtimecmp at 0x4000, mtime at 0xbff8 (offsets as in SiFive's core-local interruptor, for one
// hart); the timer's interrupt is pending while mtime >= mtimecmp, both 64 bits, in accesses of 4 bytes.
// Not modelled: a clock: its owner moves mtime by `advance`. Other offsets and sizes are bus errors.
#pragma once
#include <cstdint>

#include "protocols/control_bus.h"
#include "protocols/control_interrupt.h"

namespace viosim {

class Clint : public ControlBusIf {
 public:
  static constexpr std::uint32_t kSize = 0xc000;
  static constexpr std::uint32_t kSoftware = 0x0, kCompare = 0x4000, kTime = 0xbff8;

  explicit Clint(InterruptWiresIf& hart) : hart_(hart) {}

  void advance(std::uint64_t ticks) {
    time_ += ticks;
    drive();
  }
  std::uint64_t time() const { return time_; }
  /// Until the timer's interrupt is pending; 0: it is.
  std::uint64_t ticks_left() const { return time_ >= compare_ ? 0 : compare_ - time_; }

  /// As after power-on; time goes on.
  void reset() {
    software_ = 0;
    compare_ = kNever;
    drive();
  }

  BusAnswer load(std::uint32_t offset, unsigned size, std::uint32_t& value) override {
    if (size != 4) return BusAnswer::error;
    switch (offset) {
      case kSoftware: value = software_; break;
      case kCompare: value = static_cast<std::uint32_t>(compare_); break;
      case kCompare + 4: value = static_cast<std::uint32_t>(compare_ >> 32); break;
      case kTime: value = static_cast<std::uint32_t>(time_); break;
      case kTime + 4: value = static_cast<std::uint32_t>(time_ >> 32); break;
      default: return BusAnswer::error;
    }
    return BusAnswer::done;
  }
  BusAnswer store(std::uint32_t offset, unsigned size, std::uint32_t value) override {
    if (size != 4) return BusAnswer::error;
    switch (offset) {
      case kSoftware: software_ = value & 1; break;
      case kCompare:
      case kCompare + 4: set_half(compare_, offset != kCompare, value); break;
      case kTime:
      case kTime + 4: set_half(time_, offset != kTime, value); break;
      default: return BusAnswer::error;
    }
    drive();
    return BusAnswer::done;
  }

 private:
  static void set_half(std::uint64_t& whole, bool upper, std::uint32_t value) {
    const int shift = upper ? 32 : 0;
    whole = (whole & ~(std::uint64_t{0xffffffff} << shift)) | std::uint64_t{value} << shift;
  }
  void drive() {
    hart_.set_interrupt(Interrupt::timer, time_ >= compare_);
    hart_.set_interrupt(Interrupt::software, software_ != 0);
  }

  InterruptWiresIf& hart_;
  std::uint32_t software_ = 0;
  std::uint64_t time_ = 0;
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};  // the specification leaves it open: nothing is pending
  std::uint64_t compare_ = kNever;
};

}  // namespace viosim
