#include <catch2/catch.hpp>

#include "support/firmware_rig.h"

using namespace viosim::test;
namespace hm = viosim::regs::hca_mailbox;

TEST_CASE("firmware: completion and event queues are made, asked for and ended, users first", "[firmware]") {
  FirmwareRig rig;
  const std::uint32_t eq = rig.eq(), cq = rig.cq(0, eq);
  CHECK(rig.context<hm::EqContext>(ObjectType::eq, eq).msi_address == 0xfee00000);
  CHECK(rig.context<hm::CqContext>(ObjectType::cq, cq).eq == eq);
  CHECK(rig.query<hm::CqContext>(0, Opcode::query_cq, cq).entries == 16);
  CHECK(rig.run(0, Opcode::hw2sw_eq, eq).status == Status::resource_busy);
  CHECK(rig.free(0, Resource::cq, cq) == Status::resource_busy);
  REQUIRE(rig.run(0, Opcode::hw2sw_cq, cq).status == Status::ok);
  CHECK(rig.run(0, Opcode::hw2sw_cq, cq).status == Status::bad_res_state);
  CHECK(rig.run(0, Opcode::query_cq, cq).status == Status::bad_res_state);
  REQUIRE(rig.run(0, Opcode::hw2sw_eq, eq).status == Status::ok);
  CHECK(rig.free(0, Resource::cq, cq) == Status::ok);
  CHECK(rig.free(0, Resource::eq, eq) == Status::ok);
  CHECK(rig.run(0, Opcode::query_eq, eq).status == Status::bad_resource);
  CHECK(rig.run(0, Opcode::query_eq, 128).status == Status::bad_index);
}

TEST_CASE("firmware: what is wrong with a completion queue is said", "[firmware]") {
  FirmwareRig rig;
  const std::uint32_t asynchronous = rig.eq(0, true);
  const auto soft = static_cast<std::uint32_t>(rig.alloc(0, Resource::eq).out);
  const auto cq = static_cast<std::uint32_t>(rig.alloc(0, Resource::cq).out);
  hm::CqContext c;
  c.ring = FirmwareRig::kRing;
  c.doorbell_record = FirmwareRig::kRing;
  c.entries = 16;
  c.eq = FirmwareRig::kNone;
  Status expected = Status::bad_param;
  SECTION("no power of two") { c.entries = 17; }
  SECTION("no entries") { c.entries = 0; }
  SECTION("too many entries") { c.entries = 1U << 17; }
  SECTION("ring not aligned") { c.ring += 16; }
  SECTION("record not aligned") { c.doorbell_record += 4; }
  SECTION("events of the firmware's own queue") { c.eq = asynchronous; }
  SECTION("events of a queue that hardware has not") { c.eq = soft, expected = Status::bad_res_state; }
  SECTION("events of none") { c.eq = 77, expected = Status::bad_resource; }
  SECTION("events beyond all") { c.eq = 128, expected = Status::bad_index; }
  CHECK(rig.with(0, Opcode::sw2hw_cq, cq, c) == expected);
  c = {FirmwareRig::kRing, FirmwareRig::kRing, 16, FirmwareRig::kNone, 0};
  CHECK(rig.with(0, Opcode::sw2hw_cq, cq, c) == Status::ok);
  CHECK(rig.with(0, Opcode::sw2hw_cq, cq, c) == Status::bad_res_state);
}

TEST_CASE("firmware: what is wrong with an event queue is said", "[firmware]") {
  FirmwareRig rig;
  const auto eq = static_cast<std::uint32_t>(rig.alloc(0, Resource::eq).out);
  hm::EqContext e;
  e.ring = FirmwareRig::kRing;
  e.entries = 8;
  SECTION("entries") { e.entries = 6; }
  SECTION("ring") { e.ring += 8; }
  SECTION("message") { e.msi_address = 2; }
  SECTION("kind") { e.asynchronous = 2; }
  CHECK(rig.with(0, Opcode::sw2hw_eq, eq, e) == Status::bad_param);
  CHECK(!rig.known(ObjectType::eq, eq));
}

TEST_CASE("firmware: a shared receive queue is made, asked for and ended", "[firmware]") {
  FirmwareRig rig;
  const std::uint32_t pd = rig.pd();
  const auto srq = static_cast<std::uint32_t>(rig.alloc(0, Resource::srq).out);
  hm::SrqContext s;
  s.ring = FirmwareRig::kRing;
  s.entries = 32;
  s.stride = 16;
  s.pd = pd;
  SECTION("good") {
    REQUIRE(rig.with(0, Opcode::sw2hw_srq, srq, s) == Status::ok);
    CHECK(rig.query<hm::SrqContext>(0, Opcode::query_srq, srq).entries == 32);
    CHECK(rig.free(0, Resource::pd, pd) == Status::resource_busy);
    hm::QpContext q = rig.qp_context(pd, rig.cq());
    q.has_srq = 1;
    q.srq = srq;
    const auto qp = static_cast<std::uint32_t>(rig.alloc(0, Resource::qp).out);
    REQUIRE(rig.with(0, Opcode::rst2init_qp, qp, q) == Status::ok);
    CHECK(rig.run(0, Opcode::hw2sw_srq, srq).status == Status::resource_busy);
    REQUIRE(rig.run(0, Opcode::to_rst_qp, qp).status == Status::ok);
    CHECK(rig.run(0, Opcode::hw2sw_srq, srq).status == Status::ok);
    CHECK(rig.free(0, Resource::srq, srq) == Status::ok);
    CHECK(rig.free(0, Resource::pd, pd) == Status::ok);
  }
  SECTION("limit above its size") {
    s.limit = 33;
    CHECK(rig.with(0, Opcode::sw2hw_srq, srq, s) == Status::bad_param);
  }
  SECTION("stride") {
    s.stride = 24;
    CHECK(rig.with(0, Opcode::sw2hw_srq, srq, s) == Status::bad_param);
  }
  SECTION("domain") {
    s.pd = pd + 1;
    CHECK(rig.with(0, Opcode::sw2hw_srq, srq, s) == Status::bad_resource);
  }
}
