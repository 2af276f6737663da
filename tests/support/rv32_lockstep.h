// rtl/rv32_core beside the instruction-set simulator: both run the same program in memories of their own; after each
// instruction and each trap of the RTL the simulator takes one step, and all that a program can see is compared.
#pragma once
#include <catch2/catch.hpp>

#include <array>
#include <random>
#include <vector>

#include "control/hart.h"
#include "rtl_bridge/rv32_core_pins.h"
#include "support/hart_rig.h"

namespace viosim::test {

/// What the RTL's instructions cost, as its card says (rtl/rv32_core/README.md).
inline constexpr control::CycleCosts kRv32Costs{
    .base = 1, .load = 1, .store = 1, .multiply = 1, .divide = 33, .taken = 2, .trap = 3};

class Lockstep {
 public:
  static constexpr std::uint32_t kBase = 0x80000000, kRam = 0x100000, kData = 0x20000000, kDataSize = 0x2000,
                                 kDevice = 0x10000000, kHart = 7;
  using Pins = rtl_bridge::Rv32CorePins;

  /// With a seed, both memories answer after random times and take requests when they like.
  explicit Lockstep(const std::vector<rv::Word>& program, unsigned seed = 0)
      : hart_(mine_.memory, kRv32Costs, kHart), pins_("core"), random_(seed), slow_(seed != 0) {
    for (Side* side : {&mine_, &rtl_})
      std::memcpy(side->memory.bytes_at(kBase, kRam).data(), program.data(), program.size() * sizeof program[0]);
    restart(kBase);
  }

  void restart(std::uint32_t entry) {
    hart_.reset(entry);
    pins_.reset(entry, kHart);
    shadow_ = {};
    fetch_ = data_ = {};
    in_ = {};
  }

  /// Runs until `steps` instructions and traps have been compared; false: asleep, and no wire wakes it.
  bool run(std::uint64_t steps) {
    for (const std::uint64_t end = steps_ + steps; steps_ < end;) {
      for (int patience = 0; !cycle(); ++patience) {
        if (hart_.asleep() && !wakes() && patience > 20) return false;
        if (patience == 200) FAIL("the RTL stands still at " << std::hex << trace_.pc);
      }
      ++steps_;
      step();
    }
    return true;
  }
  /// Both stand at `pc` after at most `steps`.
  void run_to(std::uint32_t pc, std::uint64_t steps) {
    for (std::uint64_t i = 0; i < steps && hart_.pc() != pc; ++i) REQUIRE(run(1));
    REQUIRE(hart_.pc() == pc);
  }

  void wire(control::Interrupt line, bool on) {
    lines_ = (lines_ & ~control::bit(line)) | (on ? control::bit(line) : 0);
  }
  /// While the program runs, wires change with this chance (in 256) in each cycle.
  void storm(unsigned chance) { storm_ = chance; }
  bool wakes() { return (lines_ & csr(rv::mie)) != 0; }

  control::Hart& hart() { return hart_; }
  std::uint32_t csr(rv::Word number) { return hart_.registers().read(number).value(); }
  const Pins::Trace& last() const { return trace_; }
  bool quiescent() const { return pins_.quiescent(); }
  std::uint64_t cycles() const { return cycles_; }
  std::uint64_t traps() const { return traps_; }
  std::uint64_t interrupts() const { return interrupts_; }
  std::uint64_t steps() const { return steps_; }
  ScratchDevice& device() { return rtl_.device; }
  void compare_memories() {
    for (const auto& [at, size] : {std::pair{kBase, kRam}, std::pair{kData, kDataSize}}) {
      const auto a = mine_.memory.bytes_at(at, size), b = rtl_.memory.bytes_at(at, size);
      REQUIRE(std::memcmp(a.data(), b.data(), size) == 0);
    }
    REQUIRE(mine_.device.words == rtl_.device.words);
  }

 private:
  struct Side {
    MemoryMap memory;
    ScratchDevice device;
    Side() {
      memory.add_ram(kBase, kRam);
      memory.add_ram(kData, kDataSize);
      memory.add_device(kDevice, 16, device);
    }
  };
  /// A port's request on its way.
  struct Pending {
    bool taken = false;
    unsigned wait = 0;
    Pins::Request request;
  };

  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

  Pins::Answer answer(Pending& port) {
    if (!port.taken || port.wait-- > 0) return {};
    port.taken = false;
    const Pins::Request& r = port.request;
    std::uint32_t value = 0;
    if (&port == &fetch_ && rtl_.memory.ram_at(r.address) == nullptr) return {true, true, 0};
    const BusAnswer a = r.write ? rtl_.memory.store(r.address, r.size, r.value)
                                : rtl_.memory.load(r.address, r.size, value);
    return {true, a != BusAnswer::done, value};
  }
  void take(Pending& port, const Pins::Request& request, bool ready) {
    if (request.valid && ready) port = {true, slow_ && below(3) == 0 ? below(6) : 0, request};
  }

  /// One clock cycle; true: something happened to the program.
  bool cycle() {
    ++cycles_;
    if (storm_ != 0 && below(256) < storm_ && !(hart_.asleep() && wakes())) lines_ = static_cast<std::uint32_t>(random_()) & 0x888;
    in_.instruction = answer(fetch_);
    in_.data = answer(data_);
    in_.instruction_ready = !slow_ || below(4) != 0;
    in_.data_ready = !slow_ || below(4) != 0;
    in_.software = (lines_ & control::bit(control::Interrupt::software)) != 0;
    in_.timer = (lines_ & control::bit(control::Interrupt::timer)) != 0;
    in_.external = (lines_ & control::bit(control::Interrupt::external)) != 0;
    pins_.drive(in_);
    take(fetch_, pins_.instruction(), in_.instruction_ready);
    take(data_, pins_.data(), in_.data_ready);
    pins_.edge(cycles_);
    trace_ = pins_.trace();
    return trace_.valid;
  }

  void set_wires(std::uint32_t lines) {
    for (const auto line : {control::Interrupt::software, control::Interrupt::timer, control::Interrupt::external})
      hart_.set_interrupt(line, (lines & control::bit(line)) != 0);
  }

  void step() {
    const std::uint32_t pc = hart_.pc();
    const bool interrupt = trace_.trap && trace_.cause >> 31 != 0;
    set_wires(lines_);
    // An instruction of several cycles: what came after it had begun is seen by the next.
    if (!interrupt && hart_.registers().interrupt_due()) set_wires(0);
    const std::uint64_t before = hart_.retired();
    INFO("pc " << std::hex << pc << " rtl: pc " << trace_.pc << " word " << trace_.word << " trap " << trace_.trap
               << " cause " << trace_.cause << " value " << trace_.value);
    REQUIRE(hart_.run(1).steps == 1);
    REQUIRE(trace_.pc == pc);
    REQUIRE(trace_.trap == (hart_.retired() == before));
    if (trace_.trap) {
      ++traps_;
      interrupts_ += interrupt;
      REQUIRE(trace_.cause == csr(rv::mcause));
      REQUIRE(trace_.value == csr(rv::mtval));
      REQUIRE(trace_.pc == csr(rv::mepc));
      REQUIRE(trace_.rd == 0);
    } else {
      std::uint32_t word = 0;
      std::memcpy(&word, mine_.memory.bytes_at(pc, 4).data(), 4);
      if (pc >> 28 == kBase >> 28) REQUIRE(trace_.word == word);
      if (trace_.rd != 0) shadow_[trace_.rd] = trace_.value;
    }
    for (unsigned n = 0; n < 32; ++n)
      if (shadow_[n] != hart_.x(n)) FAIL("x" << n << ": rtl " << shadow_[n] << ", simulator " << hart_.x(n));
  }

  Side mine_, rtl_;
  control::Hart hart_;
  Pins pins_;
  Pins::Inputs in_;
  Pins::Trace trace_;
  Pending fetch_, data_;
  std::mt19937 random_;
  std::array<std::uint32_t, 32> shadow_{};
  std::uint32_t lines_ = 0;
  unsigned storm_ = 0;
  std::uint64_t cycles_ = 0, steps_ = 0, traps_ = 0, interrupts_ = 0;
  bool slow_;
};

}  // namespace viosim::test
