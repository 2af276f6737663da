// MemoryMap: what a control processor's addresses mean: RAM, devices, or nothing.
// Models: RAM as bytes, little-endian; a mark on each piece of RAM that decoded code was taken from.
// Not modelled: caches, protection (PMP), execution out of devices.
#pragma once
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "protocols/control_bus.h"

namespace viosim::control {

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
  void add_ram(std::uint32_t base, std::uint32_t size);
  void add_device(std::uint32_t base, std::uint32_t size, ControlBusIf& registers);

  Ram* ram_at(std::uint32_t address) {
    for (Ram& ram : rams_)
      if (ram.holds(address)) return &ram;
    return nullptr;
  }
  const Device* device_at(std::uint32_t address) const;

  /// RAM seen from outside. Empty unless one RAM holds all of it. Who changes code there resets the processor, or
  /// has its firmware execute fence.i.
  std::span<std::byte> bytes_at(std::uint32_t address, std::uint32_t length);

 private:
  void check_free(const char* what, std::uint32_t base, std::uint32_t size) const;
  std::vector<Ram> rams_;
  std::vector<Device> devices_;
};

}  // namespace viosim::control
