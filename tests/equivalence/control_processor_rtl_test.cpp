#include <catch2/catch.hpp>

#include <cmath>

#include "support/child.h"
#include "support/control_twins.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// Notes x1 and sleeps for ever.
const std::vector<rv::Word> kEnd = {rv::sw(1, 5, 0), rv::csrrw(0, rv::mie, 0), rv::wfi, rv::jal(0, -4)};

std::vector<rv::Word> with_end(std::vector<rv::Word> program) {
  program.insert(program.end(), kEnd.begin(), kEnd.end());
  return program;
}

/// A checksum, bit by bit, over 1 KB of RAM.
const std::vector<rv::Word> kChecksum = with_end(
    {rv::addi(2, 8, 1024), rv::addi(1, 0, -1), rv::lui(3, 0xedb88), rv::addi(3, 3, 0x320), rv::lbu(4, 8, 0),
     rv::exclusive_or(1, 1, 4), rv::addi(7, 0, 8), rv::andi(4, 1, 1), rv::srli(1, 1, 1), rv::sub(4, 0, 4),
     rv::bit_and(4, 4, 3), rv::exclusive_or(1, 1, 4), rv::addi(7, 7, -1), rv::bne(7, 0, -24), rv::addi(8, 8, 1),
     rv::bne(8, 2, -44)});

/// Copies 8 KB word by word.
const std::vector<rv::Word> kCopy = with_end(
    {rv::lui(2, 2), rv::add(2, 8, 2), rv::lui(3, 2), rv::add(3, 8, 3), rv::lw(1, 8, 0), rv::sw(1, 3, 0),
     rv::addi(8, 8, 4), rv::addi(3, 3, 4), rv::bltu(8, 2, -16)});

/// Fills 128 words with chance numbers and sorts them; notes the median.
const std::vector<rv::Word> kSort = with_end(
    {rv::lui(2, 0x196), rv::addi(2, 2, 0x60d), rv::addi(3, 0, 128), rv::addi(4, 8, 0), rv::m_extension(0, 1, 1, 2),
     rv::addi(1, 1, 1013), rv::sw(1, 4, 0), rv::addi(4, 4, 4), rv::addi(3, 3, -1), rv::bne(3, 0, -20),
     rv::addi(3, 0, 127), rv::addi(4, 8, 0), rv::addi(7, 3, 0), rv::lw(9, 4, 0), rv::lw(10, 4, 4), rv::bgeu(10, 9, 12),
     rv::sw(10, 4, 0), rv::sw(9, 4, 4), rv::addi(4, 4, 4), rv::addi(7, 7, -1), rv::bne(7, 0, -28), rv::addi(3, 3, -1),
     rv::bne(3, 0, -44), rv::lw(1, 8, 256)});

/// Greatest common divisors of pairs, by division.
const std::vector<rv::Word> kDivide = with_end(
    {rv::addi(7, 0, 200), rv::addi(2, 7, 1029), rv::addi(3, 7, 210), rv::m_extension(7, 4, 2, 3), rv::addi(2, 3, 0),
     rv::addi(3, 4, 0), rv::bne(4, 0, -12), rv::add(1, 1, 2), rv::addi(7, 7, -1), rv::bne(7, 0, -32)});

Duration difference(Time a, Time b) { return a > b ? a - b : b - a; }

SiteReport site_of(const std::string& path) {
  for (const SiteReport& site : ledger().sites())
    if (ledger().path(site.site) == path) return site;
  throw std::logic_error("no site " + path);
}

}  // namespace

TEST_CASE("firmware takes the same time on the simulator and on the RTL", "[rv32][equivalence]") {
  const auto& program = GENERATE_REF(kChecksum, kCopy, kSort, kDivide);
  const std::string said = in_child([&] {
    Simulation simulation;
    ControlTwins twins(program, {rv::nop});
    ledger().open_window(now());
    twins.start();
    scheduler().run_until(Time(1'000'000'000'000));
    ledger().close_window(now());
    const auto& a = twins.iss.device.notes;
    const auto& b = twins.rtl.device.notes;
    if (a.size() != 1 || b.size() != 1) return std::string("not one note");
    if (a[0].value != b[0].value) return std::string("not the same value");
    if (twins.iss.processor->retired() != twins.rtl.processor->retired()) return std::string("not the same work");
    LiteralParams part = control_part();
    const Duration close = Cycles(10) / *control::ControlProcessorParams(part).frequency;
    if (difference(a[0].at, b[0].at) > close)
      return "more than 10 cycles apart: " + std::to_string(a[0].at.ps()) + " " + std::to_string(b[0].at.ps());
    const SiteReport iss = site_of("iss"), rtl = site_of("rtl");
    if (iss.served_by_cause.size() != 1 || rtl.served_by_cause.size() != 1) return std::string("other causes");
    if (rtl.served_by_cause[0].first != Cause::Execute || rtl.background != rtl.served || rtl.blocked != kZeroTime)
      return std::string("not Execute in the background");
    if (difference(Time() + iss.served, Time() + rtl.served) > close) return std::string("not the same load");
    if (rtl.served + rtl.idle != rtl.window) return std::string("time that is not there");
    return a[0].at > Time(10'000'000) ? std::string("good") : std::string("too short to say");
  });
  CHECK(said == "good");
}

namespace {

/// Asks the device that stalls, sleeps until its interrupt, spins until it, sleeps until the timer; notes each step.
const std::vector<rv::Word> kEventful = {
    rv::lui(1, ControlTwins::kHandler >> 12), rv::csrrw(0, rv::mtvec, 1),
    rv::lui(2, 1), rv::addi(2, 2, 0x880 - 0x1000), rv::csrrw(0, rv::mie, 2),  // external and timer
    rv::lw(1, 5, 4), rv::sw(1, 5, 0), rv::lw(1, 5, 4), rv::sw(1, 5, 0),
    rv::sw(0, 5, 8), rv::wfi, rv::addi(1, 0, 1), rv::sw(1, 5, 0),             // it wakes, but mstatus lets nothing in
    rv::csrrsi(0, rv::mstatus, 8), rv::nop, rv::addi(1, 0, 2), rv::sw(1, 5, 0),
    rv::sw(0, 5, 8), rv::jal(0, 0), rv::sw(1, 5, 0),
    rv::lui(7, 4), rv::add(7, 6, 7), rv::sw(0, 7, 4), rv::addi(1, 0, 9), rv::sw(1, 7, 0), rv::wfi, rv::nop,
    rv::lui(7, 12), rv::add(7, 6, 7), rv::lw(1, 7, -8), rv::sw(1, 5, 0),      // mtime
    rv::lui(7, 4), rv::add(7, 6, 7), rv::addi(1, 0, 11), rv::sw(1, 7, 0), rv::sw(0, 7, 4), rv::jal(0, 0),
    rv::sw(1, 5, 0),                                                          // awake until the timer
    rv::csrrw(0, rv::mie, 0), rv::wfi, rv::jal(0, -4)};
/// Notes mcause, takes the wire back, puts the timer off, goes on behind what it interrupted.
const std::vector<rv::Word> kHandler = {
    rv::csrrs(3, rv::mcause, 0), rv::sw(3, 5, 0), rv::sw(0, 5, 12), rv::addi(4, 0, -1), rv::lui(7, 4),
    rv::add(7, 6, 7), rv::sw(4, 7, 4), rv::csrrs(3, rv::mepc, 0), rv::addi(3, 3, 4), rv::csrrw(0, rv::mepc, 3), rv::mret};

std::string notes_of(const FirmwareDevice& device, bool times) {
  std::string text;
  for (const auto& note : device.notes)
    text += std::to_string(note.value) + (times ? " at " + std::to_string(note.at.ps()) : "") + "; ";
  return text;
}

}  // namespace

TEST_CASE("devices that stall, interrupts and the timer: the same on the simulator and on the RTL",
          "[rv32][equivalence]") {
  Simulation simulation;
  ControlTwins twins(kEventful, kHandler);
  twins.start();
  const Scheduler::End end = scheduler().run_until(Time(1'000'000'000));
  INFO("iss " << notes_of(twins.iss.device, true) << "\nrtl " << notes_of(twins.rtl.device, true));
  REQUIRE(end == Scheduler::End::idle);  // both asleep for good
  const auto& a = twins.iss.device.notes;
  const auto& b = twins.rtl.device.notes;
  const std::uint32_t values[] = {0xa5a50002, 0xa5a50004, 1, 0x8000000b, 2, 0x8000000b, 2, 0x80000007, 9,
                                  0x80000007, 11};
  REQUIRE(a.size() == std::size(values));
  REQUIRE(b.size() == std::size(values));
  for (std::size_t i = 0; i < std::size(values); ++i) {
    CHECK(a[i].value == values[i]);
    CHECK(b[i].value == values[i]);
    // A quantum of jumps, and a few cycles at each meeting with the device.
    CHECK(difference(a[i].at, b[i].at) < Duration(250'000));
  }
  CHECK(twins.iss.device.asked == twins.rtl.device.asked);
  // Asleep, and while it stands at the device, the core is not charged; asleep it has no clock.
  CHECK(twins.core->cycles() * 10 < twins.core->edges() * 9);
  CHECK(twins.core->edges() < 3000);
}

TEST_CASE("with its clock running all the time the RTL does the same to the picosecond", "[rv32][equivalence]") {
  const auto run = [](bool gated) {
    return in_child([gated] {
      rtl_bridge::RtlClock::gate(gated);
      Simulation simulation;
      ControlTwins twins(kEventful, kHandler);
      ledger().open_window(now());
      At later([&] { twins.rtl.processor->restart(ControlTwins::kRam); });
      later.timer.arm(Time(30'000'000));
      twins.start();
      scheduler().run_until(Time(100'000'000));
      ledger().close_window(Time(100'000'000));
      return notes_of(twins.rtl.device, true) + std::to_string(twins.rtl.processor->retired()) + " " +
             std::to_string(twins.core->cycles()) + " " + std::to_string(site_of("rtl").served.raw()) + " " +
             std::to_string(site_of("rtl").idle.raw());
    });
  };
  const std::string gated = run(true);
  CHECK(gated.size() > 200);
  CHECK(gated == run(false));
}

TEST_CASE("a restart begins anew, asked for by the program itself or while it sleeps", "[rv32][equivalence]") {
  Simulation simulation;
  // The first program has the timer and msip pending and asks for the second, which notes minstret, mie and mip, and
  // sleeps.
  ControlTwins twins({rv::addi(1, 0, 1), rv::sw(1, 5, 0), rv::csrrwi(0, rv::mie, 8), rv::sw(1, 6, 0), rv::lui(7, 4),
                      rv::add(7, 6, 7), rv::sw(0, 7, 4), rv::sw(0, 7, 0), rv::lui(2, ControlTwins::kHandler >> 12),
                      rv::sw(2, 5, 16), rv::sw(1, 5, 0), rv::jal(0, 0)},
                     {rv::lui(5, ControlTwins::kDevice >> 12), rv::csrrs(1, rv::minstret, 0), rv::sw(1, 5, 0),
                      rv::csrrs(1, rv::mie, 0), rv::sw(1, 5, 0), rv::csrrs(1, rv::mip, 0), rv::sw(1, 5, 0),
                      rv::csrrwi(0, rv::mie, 8), rv::wfi});
  At later([&] {
    for (auto* twin : {&twins.iss, &twins.rtl}) twin->processor->restart(ControlTwins::kHandler);
  });
  later.timer.arm(Time(50'000'000));
  twins.start();
  CHECK(scheduler().run_until(Time(1'000'000'000)) == Scheduler::End::idle);
  CHECK(notes_of(twins.iss.device, false) == "1; 1; 0; 0; 1; 0; 0; ");
  CHECK(notes_of(twins.rtl.device, false) == notes_of(twins.iss.device, false));
  // On the RTL the store that asks for it does not retire.
  CHECK(twins.iss.processor->retired() == twins.rtl.processor->retired() + 1);
  CHECK(twins.rtl.device.notes.back().at > Time(50'000'000));
  // At a device that stalls: its answer comes when nobody waits for it any more.
  const std::uint32_t asks[] = {rv::lui(5, ControlTwins::kDevice >> 12), rv::lw(1, 5, 4), rv::sw(1, 5, 0)};
  for (auto* twin : {&twins.iss, &twins.rtl}) {
    std::memcpy(twin->processor->memory(ControlTwins::kData, sizeof asks).data(), asks, sizeof asks);
    twin->processor->restart(ControlTwins::kData);
  }
  later.timer.arm(now() + Duration(100'000));
  CHECK(scheduler().run_until(Time(2'000'000'000)) == Scheduler::End::idle);
  CHECK(notes_of(twins.iss.device, false) == "1; 1; 0; 0; 1; 0; 0; 1; 0; 0; ");
  CHECK(notes_of(twins.rtl.device, false) == notes_of(twins.iss.device, false));
  CHECK(twins.rtl.device.asked == 1);
  CHECK(twins.iss.device.asked == 1);
}

TEST_CASE("a program that traps for ever and a storm of interrupts take time, and a restart ends them",
          "[rv32][equivalence]") {
  Simulation simulation;
  // The wire is never taken back: the handler's first instruction is never reached again without another interrupt.
  ControlTwins twins({rv::lui(1, ControlTwins::kHandler >> 12), rv::csrrw(0, rv::mtvec, 1), rv::lui(2, 1),
                      rv::srli(2, 2, 1), rv::csrrw(0, rv::mie, 2), rv::csrrsi(0, rv::mstatus, 8), rv::sw(0, 5, 8), rv::jal(0, 0)},
                     {rv::csrrsi(0, rv::mstatus, 8), rv::jal(0, -4)});
  const auto restart = [&](std::uint32_t entry) {
    for (auto* twin : {&twins.iss, &twins.rtl}) twin->processor->restart(entry);
  };
  twins.start();
  CHECK(scheduler().run_until(Time(20'000'000)) == Scheduler::End::limit);
  CHECK(twins.rtl.processor->retired() > 1000);
  CHECK(twins.iss.processor->retired() > 1000);
  restart(0x50000000);  // where nothing is, nor at address 0, where mtvec is after a reset
  CHECK(scheduler().run_until(Time(21'000'000)) == Scheduler::End::limit);
  const std::uint64_t retired = twins.rtl.processor->retired(), of_iss = twins.iss.processor->retired();
  CHECK(scheduler().run_until(Time(40'000'000)) == Scheduler::End::limit);
  CHECK(twins.rtl.processor->retired() == retired);
  CHECK(twins.iss.processor->retired() == of_iss);
  std::memcpy(twins.iss.memory.bytes_at(ControlTwins::kHandler, 4).data(), &rv::wfi, 4);
  std::memcpy(twins.rtl.processor->memory(ControlTwins::kHandler, 4).data(), &rv::wfi, 4);
  restart(ControlTwins::kHandler);
  CHECK(scheduler().run_until(Time(60'000'000)) == Scheduler::End::idle);
  CHECK(twins.rtl.processor->retired() == retired + 1);
  CHECK(twins.rtl.processor->memory(ControlTwins::kDevice, 4).empty());
}

TEST_CASE("an assertion of the RTL that fails is an error", "[rv32][unit]") {
  rtl_bridge::Rv32CorePins pins("core");
  pins.reset(0x1000);
  pins.drive({});
  pins.edge(0);
  rtl_bridge::Rv32CorePins::Inputs in;
  in.data.valid = true;  // nobody asked
  pins.drive(in);
  CHECK_THROWS_WITH(pins.edge(1), Catch::Contains("assertion"));
}
