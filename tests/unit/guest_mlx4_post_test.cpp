// What libmlx4 writes for a work request: bytes, registers, refusals.
#include <catch2/catch.hpp>

#include "support/mlx4_rig.h"

using namespace viosim;
using namespace viosim::test;
namespace abi = viosim::hca_abi;

namespace {

std::span<std::byte> entry(Mlx4Rig& rig, std::uint64_t n) {
  const auto stride = static_cast<std::uint64_t>(rig.hca.qp.send_stride.raw());
  return rig.memory.at(rig.hca.qp.send_ring.raw() + n * stride, stride);
}

SendWr write_of(std::uint32_t length, bool inline_data) {
  SendWr wr;
  wr.wr_id = 77;
  wr.sge = {Gva(0x10000), length, Lkey{0x1100}};
  wr.inline_data = inline_data;
  wr.remote_address = Gva(0xAABBCCDD00);
  wr.rkey = Rkey{0x99};
  return wr;
}

}  // namespace

TEST_CASE("a write without inline data goes by doorbell and in mlx4's layout", "[guest][unit]") {
  Simulation sim;
  Mlx4Rig rig;
  auto drive = [&]() -> Task<> {
    co_await rig.open({128, 16, 0});
    const SendWr wr = write_of(64, false);
    const VerbsError posted = co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
    CHECK(posted == VerbsError::ok);
  };
  run(drive());
  CHECK(rig.hca.qp.send_entries == 256);  // 128 + 33 spare, up to a power of two
  CHECK(rig.hca.qp.send_stride == Bytes(64));
  const auto wqe = entry(rig, 0);
  CHECK(abi::get<std::uint32_t>(wqe, 0) == 0x08);  // RDMA write, lap 0
  CHECK(abi::get<std::uint32_t>(wqe, 4) == 3);     // 48 bytes
  CHECK(abi::get<std::uint32_t>(wqe, 8) == abi::kGenerateCqe);
  CHECK(abi::get<std::uint64_t>(wqe, 16) == 0xAABBCCDD00);
  CHECK(abi::get<std::uint32_t>(wqe, 24) == 0x99);
  CHECK(abi::get<std::uint32_t>(wqe, 32) == 64);
  CHECK(abi::get<std::uint32_t>(wqe, 36) == 0x1100);
  CHECK(abi::get<std::uint64_t>(wqe, 40) == 0x10000);
  CHECK(abi::get<std::uint32_t>(entry(rig, 1), 0) >> 31 == 1);  // not handed over
  REQUIRE(rig.exec.stores.size() == 1);
  CHECK(rig.exec.stores[0].reg == Gpa(Mlx4Rig::kUar + 0x14));
  CHECK(rig.exec.stores[0].value == 0x00563412);  // big endian QPN << 8
  CHECK(rig.exec.stores[0].size == 4);
  CHECK(rig.exec.lines.empty());
}

TEST_CASE("inline data goes by BlueFlame with index and QPN through two buffers in turn", "[guest][unit]") {
  Simulation sim;
  Mlx4Rig rig;
  auto drive = [&]() -> Task<> {
    co_await rig.open({16, 16, 128});
    const std::vector<Gpa> pages{Gpa(0x20000)};
    co_await rig.verbs.reg_mr(rig.exec, Gva(0x10000), Bytes(4096), {}, pages);
    for (std::size_t i = 0; i < 100; ++i) rig.memory.at(0x20000, 100)[i] = static_cast<std::byte>(i);
    for (int i = 0; i < 2; ++i) {
      const SendWr wr = write_of(40, true);
      const VerbsError posted = co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
      CHECK(posted == VerbsError::ok);
    }
  };
  run(drive());
  CHECK(rig.exec.stores.empty());
  REQUIRE(rig.exec.lines.size() == 2);
  CHECK(rig.exec.lines[0].reg == Gpa(Mlx4Rig::kUar + 4096));
  CHECK(rig.exec.lines[1].reg == Gpa(Mlx4Rig::kUar + 4096 + 256));
  const std::span<const std::byte> wqe = rig.exec.lines[1].bytes;
  REQUIRE(wqe.size() == 128);
  CHECK(abi::get<std::uint32_t>(wqe, 0) == 0x0108);                   // index 1
  CHECK(abi::get<std::uint32_t>(wqe, 4) == (0x123456u << 8 | 5));     // 80 bytes
  CHECK(abi::get<std::uint32_t>(wqe, 32) == (abi::kInlineBit | 28));  // up to the line's end
  CHECK(std::to_integer<int>(wqe[36]) == 0);
  CHECK(std::to_integer<int>(wqe[63]) == 27);
  CHECK(abi::get<std::uint32_t>(wqe, 64) == (abi::kInlineBit | 12));
  CHECK(std::to_integer<int>(wqe[68]) == 28);
}

TEST_CASE("a function without BlueFlame rings its doorbell for inline data", "[guest][unit]") {
  Simulation sim;
  Mlx4Rig rig(mlx4_literals(), 1);
  auto drive = [&]() -> Task<> {
    co_await rig.open({16, 16, 28});
    const std::vector<Gpa> pages{Gpa(0x20000)};
    co_await rig.verbs.reg_mr(rig.exec, Gva(0x10000), Bytes(4096), {}, pages);
    const SendWr wr = write_of(8, true);
    co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
  };
  run(drive());
  CHECK(rig.exec.lines.empty());
  CHECK(rig.exec.stores.size() == 1);
}

TEST_CASE("BlueFlame is taken for every fitting request if the provider says so", "[guest][unit]") {
  Simulation sim;
  Mlx4Rig rig(mlx4_literals().set("blueflame", "always"));
  auto drive = [&]() -> Task<> {
    co_await rig.open({16, 16, 0});
    const SendWr wr = write_of(64, false);
    co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
  };
  run(drive());
  CHECK(rig.exec.lines.size() == 1);
  CHECK(rig.exec.stores.empty());
}

TEST_CASE("posting refuses what libibverbs refuses", "[guest][unit]") {
  Simulation sim;
  Mlx4Rig rig;
  auto drive = [&]() -> Task<> {
    co_await rig.open({4, 4, 28});
    SendWr wr = write_of(29, true);
    const VerbsError too_long = co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
    CHECK(too_long == VerbsError::invalid);
    wr = write_of(8, true);
    const VerbsError unregistered = co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
    CHECK(unregistered == VerbsError::invalid);
    wr = write_of(8, false);
    const VerbsError unknown = co_await rig.verbs.post_send(rig.exec, QpHandle{9}, wr);
    CHECK(unknown == VerbsError::invalid);
    int taken = 0;
    VerbsError last = VerbsError::ok;
    for (; taken < 1000 && last == VerbsError::ok; ++taken) last = co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
    CHECK(last == VerbsError::no_memory);
    CHECK(taken - 1 == 31);  // 4 + 33 spare is 64 entries, less the spare ones
    const QpHandle none = co_await rig.verbs.create_qp(rig.exec, CqHandle{7}, rig.cq, {4, 4, 0});
    CHECK(none == kNoQp);
    const QpHandle huge = co_await rig.verbs.create_qp(rig.exec, rig.cq, rig.cq, {4, 4, 5000});
    CHECK(huge == kNoQp);
    const CqHandle empty = co_await rig.verbs.create_cq(rig.exec, 0, 0);
    CHECK(empty == kNoCq);
    const MrKeys wrong = co_await rig.verbs.reg_mr(rig.exec, Gva(0x10000), Bytes(8192), {}, {});
    CHECK(wrong.lkey == Lkey{});
  };
  run(drive());
}

TEST_CASE("a receive is an entry and a doorbell record and no register store", "[guest][unit]") {
  Simulation sim;
  Mlx4Rig rig;
  auto drive = [&]() -> Task<> {
    co_await rig.open({4, 4, 0});
    const RecvWr wr{5, {Gva(0x10000), 256, Lkey{0x1100}}};
    co_await rig.verbs.post_recv(rig.exec, rig.qp, wr);
  };
  run(drive());
  CHECK(rig.exec.stores.empty());
  const auto wqe = rig.memory.at(rig.hca.qp.receive_ring.raw(), 16);
  CHECK(abi::get<std::uint32_t>(wqe, 0) == 256);
  CHECK(abi::get<std::uint64_t>(wqe, 8) == 0x10000);
  CHECK(abi::get<std::uint32_t>(rig.memory.at(rig.hca.qp.receive_doorbell_record.raw(), 4), 0) == 1);
}
