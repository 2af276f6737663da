// The real image on the instruction-set simulator.
#include <catch2/catch.hpp>

#include "support/firmware_machine.h"

using namespace viosim;
using namespace viosim::test;
namespace m = viosim::regs::hca_mgmt;
using regs::hca_mailbox::CatasWord;
using regs::hca_mailbox::Opcode;
using regs::hca_mailbox::Resource;

namespace hm = viosim::regs::hca_mailbox;

namespace {

constexpr std::uint32_t kOk = 0, kInternalError = 1;
constexpr std::uint32_t kReady = 1, kCatastrophic = 2;
constexpr std::uint32_t kKickTicks = 250'000;
constexpr std::uint32_t kStackBottom = FirmwareMachine::kRam + FirmwareMachine::kRamSize - 1024;

struct Booted : FirmwareMachine {
  Booted() {
    REQUIRE(run());
    REQUIRE(command(0, Opcode::init_hca).status == kOk);
  }
  std::uint32_t state() { return m::device_state::kState.of(management.word(m::device_state::kOffset)); }
  std::uint32_t halted() { return management.word(m::halt::kOffset); }
  std::uint32_t alloc(Resource r, std::uint64_t in = 0) {
    const auto done = command(0, Opcode::alloc_res, static_cast<std::uint32_t>(r), in);
    REQUIRE(done.status == kOk);
    return static_cast<std::uint32_t>(done.out);
  }
  template <class T>
  std::uint32_t with(Opcode opcode, std::uint32_t number, const T& mailbox) {
    poke(kIn, mailbox);
    return command(0, opcode, number, kIn).status;
  }
  std::uint32_t completion_queue() {
    const std::uint32_t cq = alloc(Resource::cq);
    REQUIRE(with(Opcode::sw2hw_cq, cq, hm::CqContext{kRing, kRing, 16, 0xffffffff, 0}) == kOk);
    return cq;
  }
  hm::QpContext qp_context(std::uint32_t pd, std::uint32_t cq) {
    hm::QpContext q;
    q.pd = pd;
    q.send_cq = q.receive_cq = cq;
    q.send_entries = q.receive_entries = 64;
    q.send_stride = 64;
    q.receive_stride = 16;
    q.mtu = 2048;
    q.max_rd_atomic = 16;
    return q;
  }
};

}  // namespace

TEST_CASE("firmware image: boots, tests itself, waits asleep", "[firmware]") {
  FirmwareMachine machine;
  REQUIRE(machine.run());
  CHECK(machine.hart.asleep());
  CHECK(machine.management.word(m::self_test::kOffset) == 0x80000007);
  CHECK(m::device_state::kState.of(machine.management.word(m::device_state::kOffset)) == kReady);
  CHECK(machine.management.word(m::watchdog_control::kOffset) == 1);
  CHECK(machine.management.word(m::int_enable::kOffset) == 0xf);
  CHECK(machine.management.word(m::halt::kOffset) == 0);
  CHECK(machine.hart.cycles() < 200'000);
}

TEST_CASE("firmware image: answers query_fw", "[firmware]") {
  Booted machine;
  const std::uint64_t before = machine.hart.cycles();
  REQUIRE(machine.command(0, Opcode::query_fw).status == kOk);
  const std::uint64_t cycles = machine.hart.cycles() - before;
  const auto info = machine.peek<hm::FwInfo>(FirmwareMachine::kOut);
  INFO("query_fw took " << cycles << " cycles, stack left " << info.stack_left);
  CHECK(info.catas_offset == 0x80800);
  CHECK(info.self_test == 0x80000007);
  CHECK(info.commands == 1);
  CHECK(cycles < 10'000);
}

TEST_CASE("firmware image: makes and ends objects", "[firmware]") {
  Booted machine;
  const std::uint32_t pd = machine.alloc(Resource::pd), cq = machine.completion_queue();
  const std::uint32_t qp = machine.alloc(Resource::qp);
  CHECK(qp == 0x40);
  const hm::QpContext q = machine.qp_context(pd, cq);
  REQUIRE(machine.with(Opcode::rst2init_qp, qp, q) == kOk);
  REQUIRE(machine.with(Opcode::init2rtr_qp, qp, q) == kOk);
  REQUIRE(machine.with(Opcode::rtr2rts_qp, qp, q) == kOk);
  REQUIRE(machine.command(0, Opcode::query_qp, qp).status == kOk);
  CHECK(machine.peek<hm::QpContext>(FirmwareMachine::kOut).state == 3);
  CHECK(machine.management.contexts.size() == 3);
  CHECK(machine.command(0, Opcode::free_res, static_cast<std::uint32_t>(Resource::pd), pd).status ==
        static_cast<std::uint32_t>(hm::Status::resource_busy));
  REQUIRE(machine.command(0, Opcode::to_rst_qp, qp).status == kOk);
  REQUIRE(machine.command(0, Opcode::free_res, static_cast<std::uint32_t>(Resource::qp), qp).status == kOk);
  REQUIRE(machine.command(0, Opcode::hw2sw_cq, cq).status == kOk);
  REQUIRE(machine.command(0, Opcode::free_res, static_cast<std::uint32_t>(Resource::pd), pd).status == kOk);
  CHECK(machine.management.contexts.empty());
  // The stack was painted: how much of it was used is known.
  REQUIRE(machine.command(0, Opcode::query_fw).status == kOk);
  CHECK(machine.peek<hm::FwInfo>(FirmwareMachine::kOut).stack_left > 512);
}

TEST_CASE("firmware image: registers a region of many pages", "[firmware]") {
  Booted machine;
  const std::uint32_t pd = machine.alloc(Resource::pd), range = machine.alloc(Resource::mtt, 1000);
  for (std::uint32_t first = 0; first < 1000; first += 500) {
    machine.poke(FirmwareMachine::kIn, hm::WriteMtt{range, first, 0});
    for (std::uint32_t i = 0; i < 500; ++i)
      machine.poke(FirmwareMachine::kIn + 16 + 8 * i, std::uint64_t{first + i} << 12);
    REQUIRE(machine.command(0, Opcode::write_mtt, 500, FirmwareMachine::kIn).status == kOk);
  }
  const std::uint32_t key = machine.alloc(Resource::mpt);
  hm::MptContext r;
  r.start = 0x1000;
  r.length = 1000 * 4096;
  r.pd = pd;
  r.mtt = range;
  REQUIRE(machine.with(Opcode::sw2hw_mpt, key, r) == kOk);
  const auto& kept = machine.management.contexts.at({static_cast<std::uint32_t>(m::ctx_object::Type::mpt), key});
  CHECK(reinterpret_cast<const hm::MptContext*>(kept.data())->mtt_count == 1000);
}

TEST_CASE("firmware image: the end of a command comes as an event with its interrupt", "[firmware]") {
  Booted machine;
  const std::uint32_t eq = machine.alloc(Resource::eq);
  hm::EqContext e;
  e.ring = FirmwareMachine::kRing;
  e.entries = 8;
  e.msi_address = 0xfee00000;
  e.msi_data = 0x51;
  e.asynchronous = 1;
  REQUIRE(machine.with(Opcode::sw2hw_eq, eq, e) == kOk);
  REQUIRE(machine.command(0, Opcode::map_eq, eq, 1U << 10).status == kOk);
  REQUIRE(machine.command(0, Opcode::nop, 0, 0, 0, true).status == kOk);
  CHECK(machine.management.messages == std::vector<std::uint32_t>{0x51});
  CHECK(machine.peek<std::uint8_t>(FirmwareMachine::kRing + 1) == 0x0a);
  CHECK(machine.peek<std::uint16_t>(FirmwareMachine::kRing + 6) == 0xfeca);
}

TEST_CASE("firmware image: the port follows its hardware", "[firmware]") {
  Booted machine;
  REQUIRE(machine.command(0, Opcode::init_port, 1).status == kOk);
  CHECK(machine.management.word(m::port_control::kOffset) == 1);
  machine.management.word(m::port_status::kOffset) = m::port_status::kLinkUp.at(1) | m::port_status::kWanted.at(4);
  machine.management.raise(m::int_pending::kPort);
  REQUIRE(machine.run());
  CHECK(m::device_state::kPort.of(machine.management.word(m::device_state::kOffset)) == 4);
}

TEST_CASE("firmware image: a flood of commands of all functions is served in its order", "[firmware]") {
  Booted machine;
  const std::size_t before = machine.management.done.size();
  for (unsigned i = 0; i < 2000; ++i)
    machine.management.ask(i % 7, machine.words(static_cast<Opcode>(i * 37 % 0x1000), i, i * 8));
  REQUIRE(machine.run(10'000'000));
  REQUIRE(machine.management.done.size() == before + 2000);
  for (unsigned i = 0; i < 2000; ++i) CHECK(machine.management.done[before + i].function == i % 7);
  CHECK(machine.command(0, Opcode::nop).status == kOk);
}

TEST_CASE("firmware image: an interrupt storm starves nobody", "[firmware]") {
  Booted machine;
  const std::uint64_t kicks = machine.management.kicks;
  const std::size_t before = machine.management.done.size();
  machine.management.storm = 0xf;
  for (unsigned i = 0; i < 10; ++i) machine.management.ask(0, machine.words(Opcode::query_fw, 0, 0));
  CHECK(!machine.run(100'000));  // it never sleeps again
  CHECK(machine.management.done.size() == before + 10);
  CHECK(machine.management.kicks > kicks + 10);
  machine.management.storm = 0;
  machine.management.raise(m::int_pending::kPort);
  CHECK(machine.run());
}

TEST_CASE("firmware image: a DMA error is the command's, not the device's", "[firmware]") {
  Booted machine;
  const std::uint32_t cq = machine.alloc(Resource::cq);
  CHECK(machine.command(0, Opcode::sw2hw_cq, cq, 0x1000).status == kInternalError);
  CHECK(machine.state() == kReady);
  CHECK(machine.with(Opcode::sw2hw_cq, cq, hm::CqContext{FirmwareMachine::kRing, 0, 16, 0xffffffff, 0}) == kOk);
}

TEST_CASE("firmware image: kicks the watchdog as long as it lives, and not while it waits in vain", "[firmware]") {
  Booted machine;
  std::uint64_t kicks = machine.management.kicks;
  for (unsigned i = 0; i < 10; ++i) {
    machine.clint.advance(kKickTicks);
    REQUIRE(machine.run());
  }
  CHECK(machine.management.kicks == kicks + 10);
  machine.management.stuck = true;  // a DMA that never ends
  machine.management.ask(0, machine.words(Opcode::query_fw, 0, 0));
  machine.run(10'000);
  kicks = machine.management.kicks;
  for (unsigned i = 0; i < 10; ++i) {
    machine.clint.advance(kKickTicks);
    machine.run(10'000);
  }
  CHECK(machine.management.kicks == kicks);
}

TEST_CASE("firmware image: a trap fills the error buffer and halts", "[firmware]") {
  Booted machine;
  machine.management.broken = m::cmd_word::kOffset + 8;
  machine.management.ask(2, machine.words(Opcode::query_fw, 0, 0));
  REQUIRE(machine.run());
  CHECK(machine.state() == kCatastrophic);
  CHECK(machine.halted() == static_cast<std::uint32_t>(m::halt::Code::trap));
  CHECK(machine.catas(CatasWord::code) == static_cast<std::uint32_t>(m::halt::Code::trap));
  CHECK(machine.catas(CatasWord::mcause) == 5);  // load access fault
  CHECK(machine.catas(CatasWord::mtval) == 0x40000000 + m::cmd_word::kOffset + 8);
  CHECK(machine.catas(CatasWord::mepc) - FirmwareMachine::kRam < 0x5000);
  CHECK(machine.catas(CatasWord::stack) - kStackBottom < 1024);
  // Nothing wakes it.
  const std::size_t done = machine.management.done.size();
  machine.management.broken = ~0U;
  machine.management.raise(m::int_pending::kCommand);
  CHECK(machine.run());
  CHECK(machine.management.done.size() == done);
}

TEST_CASE("firmware image: a trap in an interrupt's handler is reported as what it was", "[firmware]") {
  Booted machine;
  machine.management.broken = m::int_pending::kOffset;
  machine.management.ask(0, machine.words(Opcode::nop, 0, 0));
  REQUIRE(machine.run());
  CHECK(machine.halted() == static_cast<std::uint32_t>(m::halt::Code::trap));
  CHECK(machine.catas(CatasWord::mcause) == 5);
  CHECK(machine.catas(CatasWord::mtval) == 0x40000000 + m::int_pending::kOffset);
}

TEST_CASE("firmware image: a broken stack is reported from the trap's own", "[firmware]") {
  Booted machine;
  machine.hart.set_x(2, 0);
  machine.management.ask(0, machine.words(Opcode::query_fw, 0, 0));
  REQUIRE(machine.run());
  CHECK(machine.halted() == static_cast<std::uint32_t>(m::halt::Code::trap));
  CHECK(machine.catas(CatasWord::stack) == 0);
}

TEST_CASE("firmware image: a trap while it reports one ends too", "[firmware]") {
  Booted machine;
  machine.hart.set_x(2, 0);
  machine.management.broken = m::catas::kOffset + 4;
  machine.management.ask(0, machine.words(Opcode::query_fw, 0, 0));
  machine.run(100'000);
  CHECK(machine.hart.asleep());
  CHECK(machine.halted() == static_cast<std::uint32_t>(m::halt::Code::trap));
}

TEST_CASE("firmware image: a stack that was used to its end is noticed", "[firmware]") {
  Booted machine;
  std::memset(machine.memory.bytes_at(kStackBottom, 4).data(), 0, 4);
  machine.management.ask(0, machine.words(Opcode::nop, 0, 0));
  REQUIRE(machine.run());
  CHECK(machine.halted() == static_cast<std::uint32_t>(m::halt::Code::stack));
  CHECK(machine.state() == kCatastrophic);
}
