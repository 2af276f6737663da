#include <catch2/catch.hpp>

#include "support/firmware_rig.h"

using namespace viosim::test;
namespace hm = viosim::regs::hca_mailbox;

namespace {

struct QpRig : FirmwareRig {
  std::uint32_t domain = pd(), completions = cq(), number = 0;
  hm::QpContext good = qp_context(domain, completions);

  QpRig() {
    const Answer a = alloc(0, Resource::qp);
    REQUIRE(a.out == 0x40);
    number = 0x40;
  }
  Status step(Opcode opcode) { return with(0, opcode, number, good); }
  hm::QpState state() { return static_cast<hm::QpState>(query<hm::QpContext>(0, Opcode::query_qp, number).state); }
  hm::QpContext& kept() { return context<hm::QpContext>(ObjectType::qp, number); }
  /// From RESET to the state.
  void bring_to(hm::QpState to) {
    if (to == hm::QpState::rst) return;
    REQUIRE(step(Opcode::rst2init_qp) == Status::ok);
    if (to == hm::QpState::err) REQUIRE(run(0, Opcode::to_err_qp, number).status == Status::ok);
    if (to != hm::QpState::rtr && to != hm::QpState::rts) return;
    REQUIRE(step(Opcode::init2rtr_qp) == Status::ok);
    if (to == hm::QpState::rts) REQUIRE(step(Opcode::rtr2rts_qp) == Status::ok);
  }
};

}  // namespace

TEST_CASE("firmware: a queue pair goes from RESET to RTS, each step with its part of the context", "[firmware]") {
  QpRig rig;
  CHECK(rig.state() == hm::QpState::rst);
  REQUIRE(rig.step(Opcode::rst2init_qp) == Status::ok);
  CHECK(rig.state() == hm::QpState::init);
  CHECK(rig.kept().send_ring == rig.good.send_ring);
  CHECK(rig.kept().remote_qp == 0);
  CHECK(rig.kept().retry_count == 0);
  REQUIRE(rig.step(Opcode::init2rtr_qp) == Status::ok);
  CHECK(rig.state() == hm::QpState::rtr);
  CHECK(rig.kept().remote_qp == 0x55);
  CHECK(rig.kept().remote_lid == 7);
  CHECK(rig.kept().receive_psn == 0x654321);
  CHECK(rig.kept().max_rd_atomic == 16);
  CHECK(rig.kept().send_psn == 0);
  hm::QpContext thief = rig.good;
  thief.send_ring = 0;  // not this step's to change
  thief.remote_qp = 0x66;
  REQUIRE(rig.with(0, Opcode::rtr2rts_qp, rig.number, thief) == Status::ok);
  CHECK(rig.state() == hm::QpState::rts);
  CHECK(rig.kept().send_psn == 0x123456);
  CHECK(rig.kept().timeout == 14);
  CHECK(rig.kept().rnr_retry == 7);
  CHECK(rig.kept().send_ring == rig.good.send_ring);
  CHECK(rig.kept().remote_qp == 0x55);
  rig.good.min_rnr_timer = 20;
  REQUIRE(rig.step(Opcode::rts2rts_qp) == Status::ok);
  CHECK(rig.kept().min_rnr_timer == 20);
  REQUIRE(rig.run(0, Opcode::to_rst_qp, rig.number).status == Status::ok);
  CHECK(rig.state() == hm::QpState::rst);
  CHECK(!rig.known(ObjectType::qp, rig.number));
  CHECK(rig.free(0, Resource::qp, rig.number) == Status::ok);
  CHECK(rig.run(0, Opcode::query_qp, rig.number).status == Status::bad_resource);
}

TEST_CASE("firmware: a queue pair makes no step that its state does not allow", "[firmware]") {
  using S = hm::QpState;
  const S from = GENERATE(S::rst, S::init, S::rtr, S::rts, S::err);
  struct Step { Opcode opcode; S begins; };
  const Step step = GENERATE(Step{Opcode::rst2init_qp, S::rst}, Step{Opcode::init2rtr_qp, S::init},
                             Step{Opcode::rtr2rts_qp, S::rtr}, Step{Opcode::rts2rts_qp, S::rts});
  QpRig rig;
  rig.bring_to(from);
  REQUIRE(rig.state() == from);
  CHECK(rig.step(step.opcode) == (from == step.begins ? Status::ok : Status::bad_qp_state));
  if (from != step.begins) CHECK(rig.state() == from);
  if (from != S::rst) CHECK(rig.free(0, Resource::qp, rig.number) == Status::resource_busy);
  CHECK(rig.run(0, Opcode::to_rst_qp, rig.number).status == Status::ok);
  CHECK(rig.state() == S::rst);
  CHECK(rig.run(0, Opcode::to_err_qp, rig.number).status == Status::bad_qp_state);
}

TEST_CASE("firmware: a queue pair that the hardware put in ERROR only goes back to RESET", "[firmware]") {
  QpRig rig;
  rig.bring_to(hm::QpState::rtr);
  rig.kept().state = static_cast<std::uint8_t>(hm::QpState::err);
  CHECK(rig.step(Opcode::rtr2rts_qp) == Status::bad_qp_state);
  CHECK(rig.state() == hm::QpState::err);
  CHECK(rig.run(0, Opcode::to_rst_qp, rig.number).status == Status::ok);
  CHECK(rig.step(Opcode::rst2init_qp) == Status::ok);
}

TEST_CASE("firmware: what is wrong with a queue pair is said", "[firmware]") {
  QpRig rig;
  const auto soft = static_cast<std::uint32_t>(rig.alloc(0, Resource::cq).out);
  hm::QpContext q = rig.good;
  Status expected = Status::bad_param;
  SECTION("send entries") { q.send_entries = 3; }
  SECTION("receive entries") { q.receive_entries = 1U << 17; }
  SECTION("send stride") { q.send_stride = 32; }
  SECTION("receive stride") { q.receive_stride = 2048; }
  SECTION("send ring") { q.send_ring += 32; }
  SECTION("receive ring") { q.receive_ring += 8; }
  SECTION("record") { q.receive_doorbell_record += 2; }
  SECTION("srq flag") { q.has_srq = 2; }
  SECTION("domain") { q.pd = 9, expected = Status::bad_resource; }
  SECTION("domain beyond all") { q.pd = 9999, expected = Status::bad_index; }
  SECTION("send queue's completions") { q.send_cq = 9, expected = Status::bad_resource; }
  SECTION("completions that hardware has not") { q.receive_cq = soft, expected = Status::bad_res_state; }
  SECTION("shared queue") { q.has_srq = 1, q.srq = 3, expected = Status::bad_resource; }
  CHECK(rig.with(0, Opcode::rst2init_qp, rig.number, q) == expected);
  CHECK(rig.state() == hm::QpState::rst);
  CHECK(rig.run(0, Opcode::hw2sw_cq, rig.completions).status == Status::ok);  // nothing holds it
}

TEST_CASE("firmware: what is wrong with a connection is said", "[firmware]") {
  QpRig rig;
  rig.bring_to(hm::QpState::init);
  hm::QpContext q = rig.good;
  SECTION("far queue pair") { q.remote_qp = 1U << 24; }
  SECTION("packet number") { q.receive_psn = 1U << 24; }
  SECTION("mtu") { q.mtu = 1500; }
  SECTION("mtu too small") { q.mtu = 128; }
  SECTION("timer") { q.min_rnr_timer = 32; }
  SECTION("no reads") { q.max_rd_atomic = 0; }
  SECTION("too many reads") { q.max_rd_atomic = 129; }
  CHECK(rig.with(0, Opcode::init2rtr_qp, rig.number, q) == Status::bad_param);
  CHECK(rig.state() == hm::QpState::init);
}

TEST_CASE("firmware: what is wrong with sending is said", "[firmware]") {
  QpRig rig;
  rig.bring_to(hm::QpState::rtr);
  hm::QpContext q = rig.good;
  SECTION("packet number") { q.send_psn = 1U << 24; }
  SECTION("timeout") { q.timeout = 32; }
  SECTION("retries") { q.retry_count = 8; }
  SECTION("rnr retries") { q.rnr_retry = 8; }
  CHECK(rig.with(0, Opcode::rtr2rts_qp, rig.number, q) == Status::bad_param);
  CHECK(rig.state() == hm::QpState::rtr);
}

TEST_CASE("firmware: what a queue pair uses stays until it is reset", "[firmware]") {
  QpRig rig;
  rig.bring_to(hm::QpState::rts);
  CHECK(rig.run(0, Opcode::hw2sw_cq, rig.completions).status == Status::resource_busy);
  CHECK(rig.free(0, Resource::pd, rig.domain) == Status::resource_busy);
  REQUIRE(rig.run(0, Opcode::to_rst_qp, rig.number).status == Status::ok);
  CHECK(rig.run(0, Opcode::hw2sw_cq, rig.completions).status == Status::ok);
  CHECK(rig.free(0, Resource::pd, rig.domain) == Status::ok);
}

TEST_CASE("firmware: a refusal of the hardware changes nothing", "[firmware]") {
  QpRig rig;
  rig.bring_to(hm::QpState::init);
  rig.tables_answer = false;
  CHECK(rig.step(Opcode::init2rtr_qp) == Status::internal_err);
  CHECK(rig.run(0, Opcode::to_rst_qp, rig.number).status == Status::internal_err);
  CHECK(rig.run(0, Opcode::to_err_qp, rig.number).status == Status::internal_err);
  rig.tables_answer = true;
  CHECK(rig.state() == hm::QpState::init);
  CHECK(rig.step(Opcode::init2rtr_qp) == Status::ok);
}

TEST_CASE("firmware: queue pair numbers below the first and beyond the last are none", "[firmware]") {
  QpRig rig;
  for (const std::uint32_t n : {0U, 0x3fU, 0x40U + 1024, 0xffffffU, 0xffffffffU})
    CHECK(rig.run(0, Opcode::query_qp, n).status == Status::bad_index);
  CHECK(rig.free(0, Resource::qp, 0x1'0000'0040) == Status::bad_index);
}
