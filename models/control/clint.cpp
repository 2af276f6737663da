#include "control/clint.h"

namespace viosim::control {
namespace {

void set_half(std::uint64_t& whole, bool upper, std::uint32_t value) {
  const int shift = upper ? 32 : 0;
  whole = (whole & ~(std::uint64_t{0xffffffff} << shift)) | std::uint64_t{value} << shift;
}

}  // namespace

void Clint::drive() {
  hart_.set_interrupt(Interrupt::timer, time_ >= compare_);
  hart_.set_interrupt(Interrupt::software, software_ != 0);
}

void Clint::advance(std::uint64_t ticks) {
  time_ += ticks;
  drive();
}

BusAnswer Clint::load(std::uint32_t offset, unsigned size, std::uint32_t& value) {
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

BusAnswer Clint::store(std::uint32_t offset, unsigned size, std::uint32_t value) {
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

}  // namespace viosim::control
