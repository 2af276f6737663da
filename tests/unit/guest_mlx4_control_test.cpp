// Taking away what was made: handles, keys, rings that serve again.
#include <catch2/catch.hpp>

#include "support/mlx4_rig.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("a queue pair that was destroyed is unknown, and its rings serve the next one of its size", "[guest][unit]") {
  Simulation sim;
  Mlx4Rig rig;
  auto drive = [&]() -> Task<> {
    co_await rig.open({128, 16, 0});
    const QpConfig first = rig.hca.qp;
    rig.memory.at(first.receive_doorbell_record.raw(), 4)[3] = std::byte{9};
    VerbsError end = co_await rig.verbs.destroy_qp(rig.exec, rig.qp);
    CHECK(end == VerbsError::ok);
    end = co_await rig.verbs.destroy_qp(rig.exec, rig.qp);
    CHECK(end == VerbsError::invalid);
    const SendWr wr;
    end = co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
    CHECK(end == VerbsError::invalid);
    const QpHandle larger = co_await rig.verbs.create_qp(rig.exec, rig.cq, rig.cq, {1024, 16, 0});
    CHECK(rig.hca.qp.send_ring != first.send_ring);
    const QpHandle again = co_await rig.verbs.create_qp(rig.exec, rig.cq, rig.cq, {128, 16, 0});
    CHECK(again == rig.qp);
    CHECK(larger != again);
    CHECK(rig.hca.qp.send_ring == first.send_ring);
    CHECK(rig.hca.qp.receive_ring == first.receive_ring);
    CHECK(rig.memory.at(first.receive_doorbell_record.raw(), 4)[3] == std::byte{0});  // nothing is posted
  };
  run(drive());
}

TEST_CASE("a region that was deregistered is unknown", "[guest][unit]") {
  Simulation sim;
  Mlx4Rig rig;
  auto drive = [&]() -> Task<> {
    co_await rig.open({128, 16, 200});
    const std::array<Gpa, 1> pages{Gpa(0x10000)};
    const MrKeys keys = co_await rig.verbs.reg_mr(rig.exec, Gva(0x10000), Bytes(4096), {}, pages);
    SendWr wr;
    wr.sge = {Gva(0x10000), 8, keys.lkey};
    wr.inline_data = true;
    VerbsError end = co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
    CHECK(end == VerbsError::ok);
    end = co_await rig.verbs.dereg_mr(rig.exec, keys.lkey);
    CHECK(end == VerbsError::ok);
    end = co_await rig.verbs.dereg_mr(rig.exec, keys.lkey);
    CHECK(end == VerbsError::invalid);
    end = co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
    CHECK(end == VerbsError::invalid);  // inline data of memory that is not registered
  };
  run(drive());
}
