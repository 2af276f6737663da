#include <catch2/catch.hpp>

#include "support/management_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

using Type = mgmt::ctx_object::Type;
using Operation = mgmt::ctx_control::Operation;
using Error = mgmt::ctx_status::Error;

/// Objects of `function` at numbers of the test's own, as firmware would install them.
struct Objects : ManagementRig {
  std::uint64_t ring = node.host.allocate(1 << 16);
  mailbox::QpContext qp{};

  explicit Objects(unsigned function) {
    REQUIRE(install(Type::pd, function, 7, mailbox::PdContext{7}) == Error::none);
    mailbox::EqContext eq{};
    eq.ring = ring;
    eq.entries = 64;
    REQUIRE(install(Type::eq, function, 5, eq) == Error::none);
    REQUIRE(install(Type::cq, function, 33, mailbox::CqContext{ring, ring, 64, 5}) == Error::none);
    qp.pd = 7;
    qp.send_cq = qp.receive_cq = 33;
    qp.send_entries = qp.receive_entries = 64;
    qp.send_stride = 64;
    qp.receive_stride = 16;
    qp.send_ring = qp.receive_ring = qp.receive_doorbell_record = ring;
  }
  template <class T>
  Error install(Type type, unsigned function, std::uint32_t number, const T& packed) {
    place(0, packed);
    return context(type, Operation::install, function, number);
  }
  Error modify(unsigned function, std::uint32_t number, mailbox::QpState state) {
    qp.state = static_cast<std::uint8_t>(state);
    place(0, qp);
    return context(Type::qp, Operation::modify, function, number);
  }
};

}  // namespace

TEST_CASE("firmware's numbers name the objects of the data path", "[hca][management]") {
  Simulation sim;
  Objects rig(0);
  CHECK(rig.install(Type::qp, 0, 0x123, rig.qp) == Error::none);
  CHECK(rig.node.hca.state(Qpn{0x123}) == QpState::init);
  rig.qp.mtu = 1024;
  rig.qp.max_rd_atomic = 1;
  CHECK(rig.modify(0, 0x123, mailbox::QpState::rtr) == Error::none);
  CHECK(rig.modify(0, 0x123, mailbox::QpState::rts) == Error::none);
  CHECK(rig.node.hca.state(Qpn{0x123}) == QpState::ready);
  CHECK(rig.context(Type::qp, Operation::query, 0, 0x123) == Error::none);
  CHECK(std::to_integer<std::uint8_t>(rig.processor.ram[0]) == static_cast<std::uint8_t>(mailbox::QpState::rts));
  CHECK(rig.modify(0, 0x123, mailbox::QpState::err) == Error::none);
  CHECK(rig.node.hca.state(Qpn{0x123}) == QpState::error);
  CHECK(rig.context(Type::cq, Operation::remove, 0, 33) == Error::refused);  // a queue pair uses it
  CHECK(rig.modify(0, 0x123, mailbox::QpState::rst) == Error::none);
  CHECK(rig.context(Type::cq, Operation::remove, 0, 33) == Error::none);
  CHECK(rig.context(Type::cq, Operation::remove, 0, 33) == Error::number);
  CHECK_THROWS_AS(rig.node.hca.state(Qpn{0x123}), std::out_of_range);
}

TEST_CASE("what firmware must not install is refused", "[hca][management]") {
  Simulation sim;
  Objects rig(1);
  // Function 0 has a domain and queues of its own.
  mailbox::QpContext mixed = rig.qp;
  mixed.send_cq = mixed.receive_cq = rig.node.cq.value;
  CHECK(rig.install(Type::qp, 0, 0x123, mixed) == Error::number);    // another function's domain
  mixed.pd = rig.node.pd.value;
  mixed.receive_cq = 33;
  CHECK(rig.install(Type::qp, 0, 0x123, mixed) == Error::number);    // another function's queue
  mixed.receive_cq = rig.node.cq.value;
  CHECK(rig.install(Type::qp, 0, 0x123, mixed) == Error::none);
  CHECK(rig.context(Type::qp, Operation::remove, 0, 0x123) == Error::none);
  CHECK(rig.install(Type::cq, 0, 50, mailbox::CqContext{rig.ring, rig.ring, 64, 5}) == Error::number);  // its events
  CHECK(rig.install(Type::qp, 9, 0x123, rig.qp) == Error::number);   // no such function
  CHECK(rig.install(Type::qp, 1, 0x3f, rig.qp) == Error::number);    // reserved
  CHECK(rig.install(Type::qp, 1, ~0u, rig.qp) == Error::number);
  rig.qp.send_entries = 63;
  CHECK(rig.install(Type::qp, 1, 0x123, rig.qp) == Error::refused);
  rig.qp.send_entries = 64;
  rig.qp.has_srq = 1;
  CHECK(rig.install(Type::qp, 1, 0x123, rig.qp) == Error::refused);
  rig.qp.has_srq = 0;
  CHECK(rig.install(Type::qp, 1, 0x123, rig.qp) == Error::none);
  CHECK(rig.install(Type::qp, 1, 0x123, rig.qp) == Error::refused);  // in use
  CHECK(rig.modify(0, 0x123, mailbox::QpState::err) == Error::number);
  CHECK(rig.modify(1, 0x123, mailbox::QpState::rts) == Error::refused);
  CHECK(rig.modify(1, 0x123, static_cast<mailbox::QpState>(9)) == Error::refused);
  CHECK(rig.context(Type::qp, static_cast<Operation>(7), 1, 0x123) == Error::type);
  CHECK(rig.context(Type::none, Operation::install, 1, 0) == Error::type);
  CHECK(rig.context(static_cast<Type>(15), Operation::install, 1, 0) == Error::type);
  CHECK(rig.context(Type::cq, Operation::install, 1, 50, 8192 - 28) == Error::local_address);
  CHECK(rig.context(Type::cq, Operation::install, 1, 50, 2) == Error::local_address);
  CHECK(rig.context(Type::pd, Operation::remove, 1, 7) == Error::refused);  // the queue pair is in it
}

TEST_CASE("a region is what its translation entries say", "[hca][management]") {
  Simulation sim;
  Objects rig(0);
  rig.place(0, std::array<std::uint64_t, 3>{0x5000, 0x9000, 0x7000});
  rig.store(mgmt::ctx_count::kOffset, 3);
  CHECK(rig.context(Type::mtt, Operation::install, 0, 16) == Error::none);
  mailbox::MptContext mpt{};
  mpt.start = 0x100800;
  mpt.length = 2 * 4096;
  mpt.pd = 7;
  mpt.access = 3;
  mpt.mtt_first = 16;
  mpt.mtt_count = 3;
  CHECK(rig.install(Type::mpt, 1, 0x4203, mpt) == Error::number);  // another function's domain
  CHECK(rig.install(Type::mpt, 0, 0x4203, mpt) == Error::none);
  CHECK(rig.install(Type::mpt, 0, 0x4203, mpt) == Error::refused);  // in use
  mpt.mtt_count = 2;
  CHECK(rig.install(Type::mpt, 0, 0x4300, mpt) == Error::refused);  // its range has three
  mpt.mtt_count = 3;
  mpt.mtt_first = 17;
  CHECK(rig.install(Type::mpt, 0, 0x4300, mpt) == Error::refused);  // never written
  mpt.mtt_first = 16;
  mpt.access = 16;
  CHECK(rig.install(Type::mpt, 0, 0x4300, mpt) == Error::refused);
  CHECK(rig.context(Type::mpt, Operation::remove, 1, 0x4203) == Error::number);  // another function's
  CHECK(rig.context(Type::mpt, Operation::remove, 0, 0x4203) == Error::none);
  CHECK(rig.context(Type::mpt, Operation::remove, 0, 0x4203) == Error::number);
  rig.place(0, std::uint64_t{0x5001});
  rig.store(mgmt::ctx_count::kOffset, 1);
  CHECK(rig.context(Type::mtt, Operation::install, 0, 16) == Error::refused);  // no page
  rig.place(0, std::uint64_t{0x5000});
  CHECK(rig.context(Type::mtt, Operation::install, 0, ~0u) == Error::number);
}

TEST_CASE("transfers that firmware must not start are refused", "[hca][management]") {
  Simulation sim;
  ManagementRig rig;
  using Refused = mgmt::dma_status::Error;
  constexpr auto kIn = mgmt::dma_control::Direction::to_local, kOut = mgmt::dma_control::Direction::to_host;
  rig.transfer(0x1000, 0, 64, 2, kIn);
  CHECK(rig.dma_error() == Refused::function);
  rig.transfer(0x1000, 0, 0, 0, kIn);
  CHECK(rig.dma_error() == Refused::length);
  rig.transfer(0x1000, 0, 4100, 0, kIn);
  CHECK(rig.dma_error() == Refused::length);
  rig.transfer(0x1000, 8192 - 60, 64, 0, kOut);
  CHECK(rig.dma_error() == Refused::local_address);
  rig.transfer(0x1000, 2, 64, 0, kOut);
  CHECK(rig.dma_error() == Refused::local_address);
  CHECK(rig.node.host.reads == 0);
  rig.transfer(StubHost::kSize, 0, 64, 0, kIn);
  HcaRig::run(microseconds(1));
  CHECK(rig.dma_error() == Refused::host);
  rig.transfer(0x1000, 0, 64, 0, kOut);
  CHECK(rig.dma_busy());
  HcaRig::run(microseconds(1));
  CHECK(rig.dma_error() == Refused::none);
}

TEST_CASE("a flood of commands is one command a function at a time, in turn", "[hca][management]") {
  Simulation sim;
  ManagementRig rig;
  rig.store(mgmt::int_enable::kOffset, mgmt::int_pending::kCommand.mask());
  for (std::uint32_t i = 0; i < 100; ++i) {
    rig.command(0, mailbox::Opcode::nop, 100 + i, 0);
    rig.command(1, mailbox::Opcode::nop, 200 + i, 0);
  }
  CHECK(rig.processor.interrupt);
  CHECK(rig.node.counter("bad_doorbells") == 2 * 99 * 4);  // all words of what came before the end
  CHECK(rig.load(mgmt::cmd_head::kOffset) == mgmt::cmd_head::kValid.mask());
  CHECK(rig.load(mgmt::cmd_word::kOffset + 8) == 100);
  rig.store(mgmt::int_pending::kOffset, mgmt::int_pending::kCommand.mask());
  CHECK_FALSE(rig.processor.interrupt);
  rig.command(0, mailbox::Opcode::nop, 1, 0);  // still its first one's time
  rig.done(mailbox::Status::ok);
  CHECK(rig.processor.interrupt);
  CHECK(rig.load(mgmt::cmd_word::kOffset + 8) == 200);
  rig.command(0, mailbox::Opcode::nop, 300, 0);
  rig.done(mailbox::Status::bad_op);
  CHECK(csr::hcr_control::kStatus.of<mailbox::Status>(rig.read(1, csr::hcr_control::kOffset)) ==
        mailbox::Status::bad_op);
  CHECK(rig.load(mgmt::cmd_word::kOffset + 8) == 300);
  rig.done(mailbox::Status::ok);
  CHECK(rig.load(mgmt::cmd_head::kOffset) == 0);
  CHECK(rig.load(mgmt::cmd_word::kOffset + 8) == 0);
  rig.done(mailbox::Status::ok);  // of nothing
}

TEST_CASE("registers that a host or firmware must not touch do nothing", "[hca][management]") {
  Simulation sim;
  ManagementRig rig;
  std::uint32_t value = 0;
  CHECK(rig.firmware.load(0x2000, 4, value) == BusAnswer::error);
  CHECK(rig.firmware.load(4, 2, value) == BusAnswer::error);
  CHECK(rig.firmware.store(4, 1, 0) == BusAnswer::error);
  CHECK(rig.load(mgmt::id::kOffset) == mgmt::id::kReset);
  rig.store(mgmt::id::kOffset, 0);
  CHECK(rig.load(mgmt::id::kOffset) == mgmt::id::kReset);
  rig.write(0, csr::device_state::kOffset, 1);
  rig.write(0, csr::catas::kOffset, 1);
  rig.write(0, 0, 1);
  CHECK(rig.node.counter("bad_doorbells") == 3);
  CHECK(rig.read(0, csr::device_state::kOffset) == 0);
  CHECK(rig.read(0, csr::catas::kOffset) == 0);
  CHECK(rig.read(0, 0) == ~0u);
  rig.store(mgmt::halt::kOffset, mgmt::halt::kCode.at(mgmt::halt::Code::stack));
  CHECK(rig.read(1, csr::catas::kOffset) == static_cast<std::uint32_t>(mgmt::halt::Code::stack));
}

TEST_CASE("without firmware an HCA has no command registers", "[hca][management]") {
  Simulation sim;
  HcaNode node("a", 1, hca_literals());
  Op op;
  CHECK(node.hca.bar_read(node.bdf, hca_abi::kCommandBar, csr::hcr_control::kOffset, Bytes(4), op) ==
        ~std::uint64_t{0});
}
