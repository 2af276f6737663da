#include <catch2/catch.hpp>

#include "control/control_processor.h"
#include "support/hart_rig.h"
#include "support/literal_params.h"

using namespace viosim;
using namespace viosim::test;
using control::Exception;
using control::Interrupt;

namespace {

constexpr std::uint32_t kBase = HartRig::kBase, kDevice = HartRig::kDevice, kTimer = 0x02000000;
constexpr std::int64_t kCycle = 1000;  // ps

/// Notes when it is reached.
struct TimedDevice : ScratchDevice {
  std::vector<std::int64_t> times;
  BusAnswer load(std::uint32_t offset, unsigned size, std::uint32_t& value) override {
    times.push_back(now().ps());
    return ScratchDevice::load(offset, size, value);
  }
  BusAnswer store(std::uint32_t offset, unsigned size, std::uint32_t value) override {
    times.push_back(now().ps());
    return ScratchDevice::store(offset, size, value);
  }
};

/// 1 GHz; a tick of the timer is 100 cycles; a program ends with ebreak. x5: the device, x6: the timer's registers.
struct Bench {
  Simulation simulation;
  control::MemoryMap memory;
  TimedDevice device;
  control::ControlProcessorParams params = platform::literal<control::ControlProcessorParams>(
      {{"frequency", "1 GHz"}, {"timer_clock", "10 MHz"}, {"base", "1 cycles"}, {"load", "2 cycles"},
       {"store", "3 cycles"}, {"multiply", "4 cycles"}, {"divide", "5 cycles"}, {"taken", "6 cycles"},
       {"trap", "7 cycles"}, {"quantum", "50"}});
  std::unique_ptr<control::ControlProcessor> processor;

  explicit Bench(const std::vector<rv::Word>& program) {
    memory.add_ram(kBase, HartRig::kRam);
    memory.add_device(kDevice, 16, device);
    std::vector<rv::Word> all = {rv::lui(5, kDevice >> 12), rv::lui(6, kTimer >> 12)};
    all.insert(all.end(), program.begin(), program.end());
    std::memcpy(memory.bytes_at(kBase, HartRig::kRam).data(), all.data(), 4 * all.size());
    processor = std::make_unique<control::ControlProcessor>("cpu", params, memory, kTimer);
    processor->hart().stop_on(Exception::breakpoint);
    processor->start(kBase);
  }
  void store(std::uint32_t address, rv::Word word) { std::memcpy(processor->memory(address, 4).data(), &word, 4); }
  std::uint32_t x(unsigned n) const { return processor->hart().x(n); }
};

Process at(std::int64_t ps, void (*what)(Bench&), Bench& b) {
  Station clock("clock", 0);
  Op nobody;
  co_await clock.hold(nobody, Cause::Execute, Duration(ps));
  what(b);
}

}  // namespace

TEST_CASE("a processor's cycles are time, charged to Execute", "[control][timing]") {
  Bench b({rv::m_extension(0, 1, 2, 3), rv::m_extension(4, 1, 2, 3), rv::jal(0, 4), rv::sw(1, 7, 0), rv::ebreak});
  b.processor->hart().set_x(7, HartRig::kData);
  ledger().open_window(now());
  scheduler().run_until(Time::never());
  ledger().close_window(now());
  CHECK(b.processor->ended());
  CHECK(b.processor->hart().retired() == 6);
  CHECK(now().ps() == (1 + 1 + 5 + 6 + 7 + 4) * kCycle);
  REQUIRE(ledger().sites().size() == 1);
  const SiteReport site = ledger().sites().front();
  CHECK(ledger().path(site.site) == "cpu");
  CHECK(site.served == Duration(24 * kCycle));
  CHECK(site.served_by_cause == std::vector{std::pair(Cause::Execute, Duration(24 * kCycle))});
}

TEST_CASE("devices are reached at their time", "[control][timing]") {
  Bench b({rv::nop, rv::sw(0, 5, 0), rv::nop, rv::nop, rv::lw(1, 5, 4), rv::lw(2, 5, 8), rv::ebreak});
  b.device.words = {9, 8, 7, 6};
  scheduler().run_until(Time::never());
  CHECK(b.device.times == std::vector<std::int64_t>{3 * kCycle, 9 * kCycle, 12 * kCycle});
  CHECK(b.x(1) == 8);
  CHECK(b.x(2) == 7);
  CHECK(b.device.words[0] == 0);
  CHECK(now().ps() == 15 * kCycle);
}

TEST_CASE("a device that stalls holds the processor until it can answer", "[control][timing]") {
  Bench b({rv::lw(1, 5, 0), rv::ebreak});
  b.device.words[0] = 3;
  b.device.answer = BusAnswer::stall;
  spawn(at(500 * kCycle, [](Bench& bench) {
          bench.device.answer = BusAnswer::done;
          bench.processor->bus_ready();
        }, b), "device");
  scheduler().run_until(Time::never());
  CHECK(b.x(1) == 3);
  CHECK(b.device.times == std::vector<std::int64_t>{2 * kCycle, 500 * kCycle});
  CHECK(now().ps() == 503 * kCycle);
}

TEST_CASE("wfi takes no work, and an interrupt ends it at once", "[control][timing]") {
  Bench b({rv::lui(1, 1), rv::srli(1, 1, 1), rv::csrrw(0, rv::mie, 1), rv::wfi, rv::lw(1, 5, 0), rv::ebreak});
  spawn(at(700 * kCycle, [](Bench& bench) { bench.processor->set_interrupt(Interrupt::timer, true); }, b), "wrong");
  spawn(at(900 * kCycle, [](Bench& bench) { bench.processor->set_interrupt(Interrupt::external, true); }, b), "wire");
  scheduler().run_until(Time::never());
  CHECK(b.processor->ended());
  CHECK(b.device.times == std::vector<std::int64_t>{900 * kCycle});
  CHECK(now().ps() == 903 * kCycle);
  CHECK(b.processor->hart().cycles() == 9);
}

TEST_CASE("an interrupt that comes while a wfi is on its way is not missed", "[control][timing]") {
  Bench b({rv::lui(1, 1), rv::srli(1, 1, 1), rv::csrrw(0, rv::mie, 1), rv::wfi, rv::ebreak});
  spawn(at(3 * kCycle, [](Bench& bench) { bench.processor->set_interrupt(Interrupt::external, true); }, b), "wire");
  scheduler().run_until(Time::never());
  CHECK(b.processor->ended());
  CHECK(now().ps() == 6 * kCycle);
}

TEST_CASE("the timer counts its own clock and wakes a processor that sleeps", "[control][timing]") {
  // mtimecmp = 12; mie.MTIE; wfi; reads mtime.
  Bench b({rv::addi(1, 0, 12), rv::lui(7, 4), rv::add(7, 6, 7), rv::sw(0, 7, 4), rv::sw(1, 7, 0),
           rv::addi(1, 0, 128), rv::csrrw(0, rv::mie, 1), rv::wfi, rv::lui(7, 12), rv::add(7, 6, 7), rv::lw(2, 7, -8),
           rv::ebreak});
  scheduler().run_until(Time::never());
  CHECK(b.processor->ended());
  CHECK(b.x(2) == 12);
  CHECK(now().ps() == (12 * 100 + 2 + 3) * kCycle);
}

TEST_CASE("a timer that is due before the wfi, and one that is due later", "[control][timing]") {
  // mtimecmp = 1; mie.MTIE; works for 200 cycles; wfi; mtimecmp = 20; wfi.
  std::vector<rv::Word> program = {rv::addi(1, 0, 1), rv::lui(7, 4), rv::add(7, 6, 7), rv::sw(0, 7, 4),
                                   rv::sw(1, 7, 0), rv::addi(1, 0, 128), rv::csrrw(0, rv::mie, 1)};
  program.insert(program.end(), 40, rv::m_extension(0, 2, 2, 2));
  program.insert(program.end(), {rv::wfi, rv::addi(1, 0, 20), rv::sw(1, 7, 0), rv::wfi, rv::ebreak});
  Bench b(program);
  scheduler().run_until(Time::never());
  CHECK(b.processor->ended());
  CHECK(b.processor->hart().cycles() == 2 + 13 + 200 + 1 + 1 + 4 + 1);
  CHECK(now().ps() == 20 * 100 * kCycle);
}

TEST_CASE("a timer that never comes does not keep the simulation going", "[control][timing]") {
  Bench b({rv::addi(1, 0, 128), rv::csrrw(0, rv::mie, 1), rv::wfi, rv::ebreak});
  CHECK(scheduler().run_until(Time::never()) == Scheduler::End::idle);
  CHECK_FALSE(b.processor->ended());
  CHECK(b.processor->hart().asleep());
}

TEST_CASE("an interrupt is taken a quantum late at most", "[control][timing]") {
  // The program spins; the handler, at its mtvec, ends.
  Bench b({rv::auipc(1, 0), rv::addi(1, 1, 28), rv::csrrw(0, rv::mtvec, 1), rv::addi(1, 0, -1),
           rv::csrrw(0, rv::mie, 1), rv::csrrsi(0, rv::mstatus, 8), rv::jal(0, 0), rv::ebreak});
  const auto raise = [](Bench& bench) { bench.processor->set_interrupt(Interrupt::external, true); };
  spawn(at(10'000 * kCycle, raise, b), "wire");
  scheduler().run_until(Time::never());
  CHECK(b.processor->ended());
  CHECK(b.processor->hart().registers().read(rv::mcause) == 0x8000000b);
  const std::int64_t late = now().ps() - 10'000 * kCycle;
  CHECK(late > 0);
  CHECK(late <= (50 + 1) * 7 * kCycle);
}

TEST_CASE("a program that traps for ever takes time", "[control][timing]") {
  Bench b({rv::jalr(0, 0, 0)});  // mtvec is 0, where nothing is
  CHECK(scheduler().run_until(Time(1'000'000)) == Scheduler::End::limit);
  CHECK(b.processor->hart().retired() == 3);
}

TEST_CASE("a restart begins anew: at the end of a quantum, from sleep, after the end, at a device that stalls",
          "[control][timing]") {
  Bench b({rv::ebreak, rv::nop, rv::wfi, rv::nop, rv::lw(1, 5, 0), rv::ebreak});
  scheduler().run_until(Time::never());
  CHECK(b.processor->ended());
  const std::int64_t ended = now().ps();
  b.processor->restart(kBase + 12);  // x5 is 0 again: the load behind the wfi would fault
  CHECK(scheduler().run_until(Time::never()) == Scheduler::End::idle);
  CHECK_FALSE(b.processor->ended());
  CHECK(b.processor->hart().asleep());
  CHECK(now().ps() == ended + 2 * kCycle);  // nop and wfi
  b.device.answer = BusAnswer::stall;
  b.store(kBase + 16, rv::lui(5, kDevice >> 12));  // in the place of the wfi
  b.processor->restart(kBase + 16);
  CHECK(scheduler().run_until(Time::never()) == Scheduler::End::idle);
  CHECK(b.device.times.size() == 1);
  b.device.answer = BusAnswer::done;
  b.processor->restart(kBase);  // without bus_ready: what it stood at is forgotten
  scheduler().run_until(Time::never());
  CHECK(b.processor->ended());
  CHECK(b.device.times.size() == 1);
}

TEST_CASE("a restart in the midst of a quantum that ends asleep is not missed", "[control][timing]") {
  Bench b({rv::nop, rv::nop, rv::wfi, rv::nop, rv::ebreak});
  spawn(at(2 * kCycle, [](Bench& bench) { bench.processor->restart(kBase + 20); }, b), "watchdog");
  scheduler().run_until(Time::never());
  CHECK(b.processor->ended());
  CHECK(now().ps() == (5 + 1) * kCycle);  // what the quantum took, and the last nop
}
