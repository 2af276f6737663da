#include "control/memory_map.h"

#include <bit>
#include <cstdio>
#include <stdexcept>

namespace viosim::control {

static_assert(std::endian::native == std::endian::little, "RAM is read as the host reads it");

namespace {

std::string range(std::uint32_t base, std::uint32_t size) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%08x + 0x%x", base, size);
  return text;
}

}  // namespace

void MemoryMap::check_free(const char* what, std::uint32_t base, std::uint32_t size) const {
  const std::string place = std::string(what) + " at " + range(base, size);
  if (size == 0 || base % 4 != 0 || size % 4 != 0)
    throw std::invalid_argument(place + ": base and size are multiples of 4, and a size is not 0");
  if (std::uint64_t{base} + size > std::uint64_t{1} << 32)
    throw std::invalid_argument(place + ": ends behind the last of 2^32 addresses");
  const auto refuse_overlap = [&](const char* other, std::uint32_t at, std::uint32_t length) {
    if (base - at < length || at - base < size)
      throw std::invalid_argument(place + ": overlaps the " + other + " at " + range(at, length));
  };
  for (const Ram& ram : rams_) refuse_overlap("RAM", ram.base, ram.size);
  for (const Device& device : devices_) refuse_overlap("device", device.base, device.size);
}

void MemoryMap::add_ram(std::uint32_t base, std::uint32_t size) {
  check_free("RAM", base, size);
  rams_.push_back({base, size, std::vector<std::byte>(size), std::vector<std::uint8_t>((size - 1) / kPiece + 1)});
}

void MemoryMap::add_device(std::uint32_t base, std::uint32_t size, ControlBusIf& registers) {
  check_free("device", base, size);
  devices_.push_back({base, size, &registers});
}

const MemoryMap::Device* MemoryMap::device_at(std::uint32_t address) const {
  for (const Device& device : devices_)
    if (address - device.base < device.size) return &device;
  return nullptr;
}

std::span<std::byte> MemoryMap::bytes_at(std::uint32_t address, std::uint32_t length) {
  Ram* const ram = ram_at(address);
  if (ram == nullptr || length > ram->size - (address - ram->base)) return {};
  return std::span(ram->bytes).subspan(address - ram->base, length);
}

}  // namespace viosim::control
