// Completions and events of the physical HCA as its driver takes them.
#include <catch2/catch.hpp>

#include "support/mlx4_rig.h"

using namespace viosim;
using namespace viosim::test;
namespace abi = viosim::hca_abi;

TEST_CASE("one completion retires the unsignaled requests before it over many laps", "[guest][unit]") {
  Simulation sim;
  Mlx4Rig rig;
  auto drive = [&]() -> Task<> {
    co_await rig.open({4, 4, 0});
    SendWr wr;
    std::array<Wc, 4> wc;
    for (std::uint16_t lap = 0; lap < 100; ++lap) {  // 3 requests and one completion each: both rings wrap
      for (int i = 0; i < 3; ++i) {
        wr.wr_id = lap * 10u + static_cast<unsigned>(i);
        const VerbsError posted = co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
        CHECK(posted == VerbsError::ok);
      }
      rig.hca.complete(rig.memory, lap, static_cast<std::uint16_t>(lap * 3 + 2), true, abi::Syndrome::none, nullptr);
      const int found = co_await rig.verbs.poll_cq(rig.exec, rig.cq, wc);
      CHECK(found == 1);
      CHECK(wc[0].wr_id == lap * 10u + 2);
      CHECK(wc[0].qp == Qpn{0x123456});
      const auto record = rig.memory.at(rig.hca.cq.doorbell_record.raw(), 4);
      CHECK(abi::get<std::uint32_t>(record, 0) == lap + 1u);
    }
    const int none = co_await rig.verbs.poll_cq(rig.exec, rig.cq, wc);
    CHECK(none == 0);
  };
  run(drive());
}

TEST_CASE("an error completion carries its status of a receive too", "[guest][unit]") {
  Simulation sim;
  Mlx4Rig rig;
  auto drive = [&]() -> Task<> {
    co_await rig.open({4, 4, 0});
    const SendWr wr;
    const RecvWr receive{42, {}};
    std::array<Wc, 4> wc;
    co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
    co_await rig.verbs.post_recv(rig.exec, rig.qp, receive);
    rig.hca.complete(rig.memory, 0, 0, true, abi::Syndrome::remote_access, nullptr);
    rig.hca.complete(rig.memory, 1, 0, false, abi::Syndrome::flushed, nullptr);
    const int found = co_await rig.verbs.poll_cq(rig.exec, rig.cq, wc);
    CHECK(found == 2);
    CHECK(wc[0].status == WcStatus::remote_access_error);
    CHECK(wc[1].status == WcStatus::flushed);
    CHECK(wc[1].is_receive);
    CHECK(wc[1].wr_id == 42);
  };
  run(drive());
}

TEST_CASE("arming writes the record and the CQ doorbell, the interrupt wakes who waits", "[guest][unit]") {
  Simulation sim;
  Mlx4Rig rig;
  bool woken = false;
  auto drive = [&]() -> Process {
    co_await rig.open({4, 4, 0});
    CHECK(rig.hca.msi_data == 7);
    co_await rig.verbs.req_notify(rig.exec, rig.cq);
    REQUIRE(rig.exec.stores.size() == 1);
    CHECK(rig.exec.stores[0].reg == Gpa(Mlx4Rig::kUar + 0x20));
    CHECK(rig.exec.stores[0].value == __builtin_bswap64(0x1200008000000000));  // sn 1, next, CQN 0x80, index 0
    CHECK(rig.exec.stores[0].size == 8);
    const auto record = rig.memory.at(rig.hca.cq.doorbell_record.raw() + 4, 4);
    CHECK(abi::get<std::uint32_t>(record, 0) == 0x12000000);
    co_await rig.verbs.get_event(rig.exec, rig.cq);
    woken = true;
  };
  auto device = [&]() -> Process {
    Station wire("wire", 0);
    Op op = Op::open(now());
    co_await wire.hold(op, Cause::LinkPropagation, microseconds(5));
    rig.hca.complete(rig.memory, 0, 0, true, abi::Syndrome::none, &op);
    rig.hca.event(rig.memory, 0);
    rig.exec.raise(7, op.fork());
  };
  spawn(drive(), "driver");
  spawn(device(), "device");
  scheduler().run_until(Time(1'000'000'000'000));
  CHECK(woken);
  REQUIRE(rig.exec.stores.size() == 2);
  CHECK(rig.exec.stores[1].reg == Gpa(Mlx4Rig::kUar + 0x800 + 16));  // event queue 2
  CHECK(rig.exec.stores[1].value == __builtin_bswap32(1u << 31 | 1));
}
