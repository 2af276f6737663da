// MemoryMap: what a control processor's addresses mean, be it a simulator or RTL: RAM, devices, or nothing.
// Models: RAM as bytes, little-endian; a mark on each piece of RAM that decoded code was taken from.
// Not modelled: caches, protection (PMP), execution out of devices.
#pragma once
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "protocols/control_bus.h"

namespace viosim {

static_assert(std::endian::native == std::endian::little, "RAM is read as the host reads it");

class MemoryMap {
 public:
  /// RAM is marked as code in pieces of this size.
  static constexpr std::uint32_t kPiece = 256;

  struct Ram {
    std::uint32_t base, size;
    std::vector<std::byte> bytes;
    std::vector<std::uint8_t> code;  ///< one a piece: 1 if a decoded block may hold a copy of it

    bool holds(std::uint32_t address) const { return address - base < size; }
    template <class T>
    T read(std::uint32_t address) const {  // `address` is held and a multiple of sizeof(T)
      T value;
      std::memcpy(&value, bytes.data() + (address - base), sizeof value);
      return value;
    }
    template <class T>
    void write(std::uint32_t address, T value) {
      std::memcpy(bytes.data() + (address - base), &value, sizeof value);
    }
  };
  struct Device {
    std::uint32_t base, size;
    ControlBusIf* registers;
  };

  /// Base and size are multiples of 4; nothing overlaps: else std::invalid_argument.
  void add_ram(std::uint32_t base, std::uint32_t size) {
    check_free("RAM", base, size);
    rams_.push_back({base, size, std::vector<std::byte>(size), std::vector<std::uint8_t>((size - 1) / kPiece + 1)});
  }
  void add_device(std::uint32_t base, std::uint32_t size, ControlBusIf& registers) {
    check_free("device", base, size);
    devices_.push_back({base, size, &registers});
  }

  Ram* ram_at(std::uint32_t address) {
    for (Ram& ram : rams_)
      if (ram.holds(address)) return &ram;
    return nullptr;
  }
  const Device* device_at(std::uint32_t address) const {
    for (const Device& device : devices_)
      if (address - device.base < device.size) return &device;
    return nullptr;
  }

  /// An access as the bus sees it: `address` is a multiple of `size` (1, 2 or 4 bytes), values are zero-extended.
  BusAnswer load(std::uint32_t address, unsigned size, std::uint32_t& value) {
    if (const Ram* ram = ram_at(address)) {
      value = 0;
      std::memcpy(&value, ram->bytes.data() + (address - ram->base), size);
      return BusAnswer::done;
    }
    const Device* const device = device_at(address);
    return device == nullptr ? BusAnswer::error : device->registers->load(address - device->base, size, value);
  }
  BusAnswer store(std::uint32_t address, unsigned size, std::uint32_t value) {
    if (Ram* ram = ram_at(address)) {
      std::memcpy(ram->bytes.data() + (address - ram->base), &value, size);
      return BusAnswer::done;
    }
    const Device* const device = device_at(address);
    return device == nullptr ? BusAnswer::error : device->registers->store(address - device->base, size, value);
  }

  /// RAM seen from outside. Empty unless one RAM holds all of it. Who changes code there resets the processor, or
  /// has its firmware execute fence.i.
  std::span<std::byte> bytes_at(std::uint32_t address, std::uint32_t length) {
    Ram* const ram = ram_at(address);
    if (ram == nullptr || length > ram->size - (address - ram->base)) return {};
    return std::span(ram->bytes).subspan(address - ram->base, length);
  }

 private:
  static std::string range(std::uint32_t base, std::uint32_t size) {
    char text[32];
    std::snprintf(text, sizeof text, "0x%08x + 0x%x", base, size);
    return text;
  }
  void check_free(const char* what, std::uint32_t base, std::uint32_t size) const {
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
  std::vector<Ram> rams_;
  std::vector<Device> devices_;
};

}  // namespace viosim
