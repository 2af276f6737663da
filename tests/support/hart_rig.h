// A hart with RAM and a scratch device, and programs as lists of words.
#pragma once
#include <array>
#include <cstring>
#include <initializer_list>
#include <span>
#include <vector>

#include "control/hart.h"
#include "support/riscv.h"

namespace viosim::test {

/// Four registers of 4 bytes that answer as they are told and remember the last access.
struct ScratchDevice : ControlBusIf {
  std::array<std::uint32_t, 4> words{};
  BusAnswer answer = BusAnswer::done;
  std::uint32_t last_offset = 0, last_value = 0;
  unsigned last_size = 0, accesses = 0;

  BusAnswer load(std::uint32_t offset, unsigned size, std::uint32_t& value) override {
    note(offset, size, 0);
    std::memcpy(&value, reinterpret_cast<const char*>(words.data()) + offset, size);
    return answer;
  }
  BusAnswer store(std::uint32_t offset, unsigned size, std::uint32_t value) override {
    note(offset, size, value);
    if (answer == BusAnswer::done) std::memcpy(reinterpret_cast<char*>(words.data()) + offset, &value, size);
    return answer;
  }

 private:
  void note(std::uint32_t offset, unsigned size, std::uint32_t value) {
    last_offset = offset, last_size = size, last_value = value;
    ++accesses;
  }
};

struct HartRig {
  static constexpr std::uint32_t kBase = 0x80000000, kRam = 0x10000, kDevice = 0x10000000;
  static constexpr std::uint32_t kHandler = kBase + 0x1000, kData = kBase + 0x2000;

  control::MemoryMap memory;
  ScratchDevice device;
  control::Hart hart;

  explicit HartRig(std::initializer_list<rv::Word> program = {}, const control::CycleCosts& costs = {})
      : hart((memory.add_ram(kBase, kRam), memory.add_device(kDevice, 16, device), memory), costs, 7) {
    place(kBase, std::vector<rv::Word>(program));
    hart.reset(kBase);
  }
  void place(std::uint32_t address, const std::vector<rv::Word>& words) {
    for (const rv::Word word : words) {
      store(address, word);
      address += 4;
    }
  }
  void store(std::uint32_t address, std::uint32_t word) {
    std::memcpy(memory.bytes_at(address, 4).data(), &word, 4);
  }
  std::uint32_t word(std::uint32_t address) {
    std::uint32_t value = 0;
    std::memcpy(&value, memory.bytes_at(address, 4).data(), 4);
    return value;
  }
  std::uint32_t csr(rv::Word number) { return hart.registers().read(number).value(); }
  void set_csr(rv::Word number, std::uint32_t value) { hart.registers().write(number, value); }
};

}  // namespace viosim::test
