#include <catch2/catch.hpp>

#include <set>

#include "support/firmware_rig.h"

using namespace viosim::test;
namespace hm = viosim::regs::hca_mailbox;

TEST_CASE("firmware: says what it is, and counts what it answered", "[firmware]") {
  FirmwareRig rig(1, true);
  REQUIRE(rig.run(0, Opcode::nop).status == Status::ok);
  REQUIRE(rig.run(0, Opcode::query_qp).status == Status::bad_sys_state);
  const auto info = rig.query<hm::FwInfo>(0, Opcode::query_fw);
  CHECK(info.catas_offset == 0x80800);
  CHECK(info.catas_words == 16);
  CHECK(info.self_test == 0x80000007);
  CHECK(info.commands == 2);
  CHECK(info.refused == 1);
}

TEST_CASE("firmware: says what the device has", "[firmware]") {
  FirmwareRig rig(3);
  const auto cap = rig.query<hm::DevCap>(0, Opcode::query_dev_cap);
  CHECK(cap.functions == 3);
  CHECK(cap.first_qp == 0x40);
  CHECK(cap.qps == 1024);
  CHECK(cap.write_mtt_entries == 510);
}

TEST_CASE("firmware: each opcode of the mailbox is served, every other one refused", "[firmware]") {
  FirmwareRig rig;
  std::set<unsigned> served;
  for (unsigned opcode = 0; opcode < 0x1000; ++opcode)
    if (rig.run(0, static_cast<Opcode>(opcode)).status != Status::bad_op) served.insert(opcode);
  CHECK(served == std::set<unsigned>{0x3, 0x4, 0x7, 0x8, 0x9, 0xa, 0xd, 0xe, 0xf, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16,
                                     0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1e, 0x21, 0x22, 0x31, 0x35, 0x36, 0x37,
                                     0x43, 0x5b, 0xf00, 0xf01, 0xf0a, 0xf80, 0xf81, 0xf82, 0xf83});
}

TEST_CASE("firmware: a function begins with init_hca and ends with close_hca", "[firmware]") {
  FirmwareRig rig(1, true);
  CHECK(rig.alloc(0, Resource::pd).status == Status::bad_sys_state);
  CHECK(rig.run(0, Opcode::init_hca).status == Status::ok);
  CHECK(rig.run(0, Opcode::init_hca).status == Status::bad_sys_state);
  const std::uint32_t pd = rig.pd();
  CHECK(rig.run(0, Opcode::close_hca).status == Status::resource_busy);
  REQUIRE(rig.free(0, Resource::pd, pd) == Status::ok);
  CHECK(rig.run(0, Opcode::close_hca).status == Status::ok);
  CHECK(rig.alloc(0, Resource::pd).status == Status::bad_sys_state);
}

TEST_CASE("firmware: mailboxes lie at addresses that are multiples of 8 and answer", "[firmware]") {
  FirmwareRig rig;
  CHECK(rig.run(0, Opcode::query_fw, 0, 0, 0, 0).status == Status::bad_param);
  CHECK(rig.run(0, Opcode::query_fw, 0, 0, 0, FirmwareRig::kOut + 4).status == Status::bad_param);
  CHECK(rig.run(0, Opcode::query_fw, 0, 0, 0, 0x1000).status == Status::internal_err);
  rig.poke(FirmwareRig::kOut, std::uint64_t{0x1234});
  CHECK(rig.run(0, Opcode::query_cq, 0).status == Status::bad_resource);
  CHECK(rig.peek<std::uint64_t>(FirmwareRig::kOut) == 0x1234);  // a refusal writes nothing
  CHECK(rig.run(0, Opcode::sw2hw_cq, 0, FirmwareRig::kIn + 2).status == Status::bad_param);
  CHECK(rig.run(0, Opcode::sw2hw_cq, 0, 0x1000).status == Status::internal_err);
}

TEST_CASE("firmware: a function that is not there or not enabled is refused", "[firmware]") {
  FirmwareRig rig(2, true);
  CHECK(rig.run(1, Opcode::nop).status == Status::bad_sys_state);
  CHECK(rig.run(2, Opcode::nop).status == Status::bad_sys_state);
  CHECK(rig.run(255, Opcode::nop).status == Status::bad_sys_state);
}

TEST_CASE("firmware: an address handle is made, changed, asked for and ended", "[firmware]") {
  FirmwareRig rig;
  const std::uint32_t pd = rig.pd();
  const auto ah = static_cast<std::uint32_t>(rig.alloc(0, Resource::ah).out);
  hm::AhContext a;
  a.pd = pd;
  a.remote_lid = 9;
  a.port = 1;
  CHECK(rig.run(0, Opcode::query_ah, ah).status == Status::bad_res_state);
  CHECK(rig.with(0, Opcode::modify_ah, ah, a) == Status::bad_res_state);
  REQUIRE(rig.with(0, Opcode::create_ah, ah, a) == Status::ok);
  CHECK(rig.with(0, Opcode::create_ah, ah, a) == Status::bad_res_state);
  CHECK(rig.free(0, Resource::pd, pd) == Status::resource_busy);
  a.service_level = 3;
  REQUIRE(rig.with(0, Opcode::modify_ah, ah, a) == Status::ok);
  CHECK(rig.query<hm::AhContext>(0, Opcode::query_ah, ah).service_level == 3);
  a.service_level = 16;
  CHECK(rig.with(0, Opcode::modify_ah, ah, a) == Status::bad_param);
  a.service_level = 0;
  a.remote_lid = 0;
  CHECK(rig.with(0, Opcode::modify_ah, ah, a) == Status::bad_param);
  a.remote_lid = 9;
  a.pd = pd + 1;
  CHECK(rig.with(0, Opcode::modify_ah, ah, a) == Status::bad_param);
  CHECK(rig.with(0, Opcode::create_ah, 512, a) == Status::bad_index);
  CHECK(rig.free(0, Resource::ah, ah) == Status::resource_busy);
}
