// Loads and stores that do not just reach RAM.
#include "control/hart.h"

namespace viosim::control {
namespace {

template <class Access>
Access access_of(BusAnswer answer) {
  switch (answer) {
    case BusAnswer::done: return Access::leave;
    case BusAnswer::stall: return Access::stall;
    default: return Access::fault;
  }
}

}  // namespace

bool Hart::may_reach_device() {
  const bool may = granted_ || !stops_at_devices_;
  granted_ = false;
  return may;
}

Hart::Access Hart::load_device(std::uint32_t address, unsigned size, std::uint32_t& value) {
  const MemoryMap::Device* const device = memory_.device_at(address);
  if (device == nullptr) return Access::fault;
  if (!may_reach_device()) return Access::stall;
  return access_of<Access>(device->registers->load(address - device->base, size, value));
}

Hart::Access Hart::store_device(std::uint32_t address, unsigned size, std::uint32_t value) {
  const MemoryMap::Device* const device = memory_.device_at(address);
  if (device == nullptr) return Access::fault;
  if (!may_reach_device()) return Access::stall;
  return access_of<Access>(device->registers->store(address - device->base, size, value));
}

std::uint32_t Hart::after_access(const Block& block, const Instruction& at, Access access) {
  const std::uint32_t address = x_[at.rs1] + at.imm;
  const bool store = is_store(at.code);
  switch (access) {
    case Access::misaligned:
      return raise(block, at, store ? Exception::store_misaligned : Exception::load_misaligned, address);
    case Access::fault:
      return raise(block, at, store ? Exception::store_fault : Exception::load_fault, address);
    case Access::stall:
      stalled_ = true;
      return stop_before(block, at, Stop::bus);
    default: return retire(block, at, block.address_of(at) + 4);
  }
}

}  // namespace viosim::control
