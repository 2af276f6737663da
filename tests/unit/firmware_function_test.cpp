#include <catch2/catch.hpp>

#include "support/firmware_rig.h"

using namespace viosim::test;
namespace hm = viosim::regs::hca_mailbox;

TEST_CASE("firmware: virtual functions are enabled by the physical one, with a share of the device", "[firmware]") {
  FirmwareRig rig(4, true);
  REQUIRE(rig.run(0, Opcode::init_hca).status == Status::ok);
  hm::Quota q;
  q.qps = 10, q.cqs = 5, q.mtts = 64, q.pds = 1;
  REQUIRE(rig.with(0, Opcode::set_vf, 1, q, 1) == Status::ok);
  CHECK(rig.query<hm::Quota>(1, Opcode::query_func_cap).qps == 10);
  CHECK(rig.query<hm::Quota>(0, Opcode::query_func_cap).qps == 1014);
  REQUIRE(rig.run(0, Opcode::set_vf, 2, 0, 1).status == Status::ok);
  CHECK(rig.query<hm::Quota>(2, Opcode::query_func_cap).qps == 256);
  CHECK(rig.run(1, Opcode::set_vf, 3, 0, 1).status == Status::bad_op);
  REQUIRE(rig.run(1, Opcode::init_hca).status == Status::ok);
  CHECK(rig.run(1, Opcode::set_vf, 3, 0, 1).status == Status::bad_op);
  CHECK(rig.run(1, Opcode::inform_flr_done, 2).status == Status::bad_op);
  CHECK(rig.run(0, Opcode::set_vf, 0, 0, 1).status == Status::bad_index);
  CHECK(rig.run(0, Opcode::set_vf, 4, 0, 1).status == Status::bad_index);
  CHECK(rig.run(0, Opcode::set_vf, 3, 0, 2).status == Status::bad_param);
  CHECK(rig.run(0, Opcode::set_vf, 3, FirmwareRig::kIn + 4, 1).status == Status::bad_param);
  CHECK(rig.run(0, Opcode::set_vf, 3, 0x1000, 1).status == Status::internal_err);
  q.qps = 759;
  CHECK(rig.with(0, Opcode::set_vf, 3, q, 1) == Status::exceed_lim);  // 758 are left
  CHECK(rig.run(3, Opcode::nop).status == Status::bad_sys_state);
}

TEST_CASE("firmware: a quota holds, and what one may have no other can take", "[firmware]") {
  FirmwareRig rig(2, true);
  REQUIRE(rig.run(0, Opcode::init_hca).status == Status::ok);
  hm::Quota q;
  q.pds = 2, q.mtts = 16, q.mpts = 1;
  REQUIRE(rig.with(0, Opcode::set_vf, 1, q, 1) == Status::ok);
  REQUIRE(rig.run(1, Opcode::init_hca).status == Status::ok);
  unsigned physical = 0;
  while (rig.alloc(0, Resource::pd).status == Status::ok) ++physical;
  CHECK(physical == 254);
  const std::uint32_t first = rig.pd(1);
  rig.pd(1);
  CHECK(rig.alloc(1, Resource::pd).status == Status::exceed_lim);
  REQUIRE(rig.free(1, Resource::pd, first) == Status::ok);
  CHECK(rig.alloc(1, Resource::pd).status == Status::ok);
  CHECK(rig.alloc(1, Resource::cq).status == Status::exceed_lim);
  CHECK(rig.alloc(1, Resource::mtt, 17).status == Status::exceed_lim);
  const std::uint32_t range = rig.mtt_range(1, 9);  // takes two lines of eight
  CHECK(rig.alloc(1, Resource::mtt, 1).status == Status::exceed_lim);
  REQUIRE(rig.free(1, Resource::mtt, range) == Status::ok);
  CHECK(rig.alloc(1, Resource::mtt, 16).status == Status::ok);
  q.pds = 1;
  CHECK(rig.with(0, Opcode::set_vf, 1, q, 1) == Status::resource_busy);  // it has two
  q.pds = 3;
  CHECK(rig.with(0, Opcode::set_vf, 1, q, 1) == Status::exceed_lim);  // the physical one has the rest
}

TEST_CASE("firmware: a function cannot touch another's objects", "[firmware]") {
  FirmwareRig rig(3);
  const std::uint32_t pd = rig.pd(1), eq = rig.eq(1), cq = rig.cq(1, eq), qp = rig.qp(1, pd, cq);
  const std::uint32_t range = rig.mtt_range(1, 1);
  REQUIRE(rig.write_pages(1, range, 0, 1) == Status::ok);
  const std::uint32_t key = rig.region(1, pd, range);
  const unsigned other = GENERATE(0U, 2U);
  const auto foreign = [&](Opcode opcode, std::uint32_t number) {
    INFO(static_cast<unsigned>(opcode));
    CHECK(rig.run(other, opcode, number, FirmwareRig::kIn).status == Status::bad_resource);
  };
  for (const Opcode o : {Opcode::query_qp, Opcode::to_rst_qp, Opcode::to_err_qp, Opcode::rst2init_qp,
                         Opcode::init2rtr_qp, Opcode::rtr2rts_qp, Opcode::rts2rts_qp})
    foreign(o, qp);
  for (const Opcode o : {Opcode::query_cq, Opcode::hw2sw_cq, Opcode::sw2hw_cq}) foreign(o, cq);
  for (const Opcode o : {Opcode::query_eq, Opcode::hw2sw_eq, Opcode::sw2hw_eq}) foreign(o, eq);
  for (const Opcode o : {Opcode::query_mpt, Opcode::hw2sw_mpt, Opcode::sw2hw_mpt}) foreign(o, key);
  CHECK(rig.run(other, Opcode::map_eq, eq, 1U << 10).status == Status::bad_resource);
  CHECK(rig.write_pages(other, range, 0, 1) == Status::bad_resource);
  CHECK(rig.free(other, Resource::pd, pd) == Status::bad_resource);
  CHECK(rig.free(other, Resource::mtt, range) == Status::bad_resource);
  // nor use them in its own
  const auto mine = static_cast<std::uint32_t>(rig.alloc(other, Resource::qp).out);
  const std::uint32_t my_pd = rig.pd(other), my_cq = rig.cq(other);
  CHECK(rig.with(other, Opcode::rst2init_qp, mine, rig.qp_context(pd, my_cq)) == Status::bad_resource);
  CHECK(rig.with(other, Opcode::rst2init_qp, mine, rig.qp_context(my_pd, cq)) == Status::bad_resource);
  CHECK(rig.with(other, Opcode::rst2init_qp, mine, rig.qp_context(my_pd, my_cq)) == Status::ok);
}

TEST_CASE("firmware: a function that was reset loses all it had, and only that", "[firmware]") {
  FirmwareRig rig(3);
  for (const unsigned f : {1U, 2U}) {
    const std::uint32_t pd = rig.pd(f), eq = rig.eq(f), cq = rig.cq(f, eq);
    rig.qp(f, pd, cq);
    REQUIRE(rig.alloc(f, Resource::qp).status == Status::ok);
    const std::uint32_t range = rig.mtt_range(f, 1);
    REQUIRE(rig.write_pages(f, range, 0, 1) == Status::ok);
    rig.region(f, pd, range);
    REQUIRE(rig.run(f, Opcode::init_port, 1).status == Status::ok);
  }
  CHECK(rig.run(0, Opcode::set_vf, 1, 0, 0).status == Status::resource_busy);
  REQUIRE(rig.run(0, Opcode::inform_flr_done, 1).status == Status::ok);
  for (const auto& [what, context] : rig.contexts) CHECK(context.function == 2);
  CHECK(rig.contexts.size() == 5);  // pd, eq, cq, qp, mpt
  CHECK(rig.port_enabled);
  CHECK(rig.alloc(1, Resource::pd).status == Status::bad_sys_state);
  CHECK(rig.run(0, Opcode::set_vf, 1, 0, 0).status == Status::ok);
  CHECK(rig.run(1, Opcode::nop).status == Status::bad_sys_state);
  CHECK(rig.run(0, Opcode::inform_flr_done, 0).status == Status::bad_index);
  CHECK(rig.run(0, Opcode::inform_flr_done, 3).status == Status::bad_index);
  REQUIRE(rig.run(0, Opcode::set_vf, 1, 0, 1).status == Status::ok);
  REQUIRE(rig.run(1, Opcode::init_hca).status == Status::ok);
  CHECK(rig.alloc(1, Resource::pd).status == Status::ok);
}

TEST_CASE("firmware: the largest device has 64 functions, whatever the hardware says", "[firmware]") {
  FirmwareRig rig(200, true);
  REQUIRE(rig.run(0, Opcode::init_hca).status == Status::ok);
  CHECK(rig.query<hm::DevCap>(0, Opcode::query_dev_cap).functions == 64);
  CHECK(rig.run(0, Opcode::set_vf, 64, 0, 1).status == Status::bad_index);
  for (unsigned f = 1; f < 64; ++f) REQUIRE(rig.run(0, Opcode::set_vf, f, 0, 1).status == Status::ok);
  CHECK(rig.query<hm::Quota>(63, Opcode::query_func_cap).qps == 16);
  CHECK(rig.query<hm::Quota>(0, Opcode::query_func_cap).qps == 16);
}
