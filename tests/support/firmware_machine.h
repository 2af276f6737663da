// The HCA's firmware as it is installed, on the instruction-set simulator, with management registers made of an
// array: a host's memory behind the DMA engine, tables behind the context port, HCRs of functions in a line.
#pragma once
#include <array>
#include <deque>
#include <map>
#include <vector>

#include "protocols/clint.h"
#include "control/hart.h"
#include "regs/hca_mailbox.hpp"
#include "regs/hca_mgmt.hpp"

namespace viosim::test {

using HcrWords = std::array<std::uint32_t, 7>;

/// The management block. DMA and context operations end when the hart sleeps, or has asked four times.
class StubManagement : public ControlBusIf {
 public:
  static constexpr std::uint64_t kHost = 0x4'0000'0000;
  struct Done { std::uint32_t function, status; std::uint64_t out; };
  struct Waiting { std::uint32_t function; HcrWords words; };

  StubManagement(control::Hart& hart, MemoryMap& memory) : hart_(hart), memory_(memory) {
    using namespace regs::hca_mgmt;
    word(id::kOffset) = id::kReset;
    word(functions::kOffset) = 4;
  }

  std::uint32_t& word(std::uint32_t offset) { return words_[offset / 4]; }
  void ask(std::uint32_t function, const HcrWords& words);
  void raise(regs::Field source);
  /// What was started ends; false: there was nothing.
  bool finish();

  std::vector<std::byte> host = std::vector<std::byte>(0x10000);
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::byte>> contexts;
  std::vector<Done> done;
  std::vector<std::uint32_t> messages;  ///< data of the interrupts sent
  std::uint64_t kicks = 0;
  bool stuck = false;                   ///< what was started never ends
  std::uint32_t storm = 0;              ///< pending bits that cannot be cleared
  std::uint32_t broken = ~0U;           ///< offset that answers with a bus error

  BusAnswer load(std::uint32_t offset, unsigned size, std::uint32_t& value) override;
  BusAnswer store(std::uint32_t offset, unsigned size, std::uint32_t value) override;

 private:
  void drive();
  void next_head();
  std::uint32_t transfer();
  std::uint32_t operate();
  control::Hart& hart_;
  MemoryMap& memory_;
  std::array<std::uint32_t, regs::hca_mgmt::kSize / 4> words_{};
  std::deque<Waiting> waiting_;
  bool dma_ = false, context_ = false;
  unsigned asked_ = 0;
};

struct FirmwareMachine {
  static constexpr std::uint32_t kRam = 0x10000000, kRamSize = 128 * 1024;
  static constexpr std::uint64_t kIn = StubManagement::kHost, kOut = kIn + 0x1000, kRing = kIn + 0x2000;

  MemoryMap memory;
  control::Hart hart;
  Clint clint;
  StubManagement management;

  FirmwareMachine();
  /// Until it sleeps with nothing to do; false: it took `steps` and goes on.
  bool run(std::uint64_t steps = 1'000'000);
  /// One command from go to its end.
  StubManagement::Done command(std::uint32_t function, regs::hca_mailbox::Opcode opcode, std::uint32_t modifier = 0,
                               std::uint64_t in = 0, std::uint32_t op_modifier = 0, bool event = false);
  HcrWords words(regs::hca_mailbox::Opcode opcode, std::uint32_t modifier, std::uint64_t in,
                 std::uint32_t op_modifier = 0, bool event = false) const;
  template <class T>
  void poke(std::uint64_t at, const T& value) {
    std::memcpy(management.host.data() + (at - StubManagement::kHost), &value, sizeof value);
  }
  template <class T>
  T peek(std::uint64_t at) const {
    T value;
    std::memcpy(&value, management.host.data() + (at - StubManagement::kHost), sizeof value);
    return value;
  }
  std::uint32_t catas(regs::hca_mailbox::CatasWord w) {
    return management.word(regs::hca_mgmt::catas::kOffset + 4 * static_cast<std::uint32_t>(w));
  }
};

}  // namespace viosim::test
