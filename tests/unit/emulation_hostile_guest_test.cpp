// What a hostile guest writes ends in an error code or an error completion, and touches nobody else.
#include <catch2/catch.hpp>

#include "support/vrdma_rig.h"

using namespace viosim;
using namespace viosim::test;
namespace abi = viosim::vrdma_abi;

namespace {

/// Posts `wr` as the driver would and returns the completion's status.
WcStatus status_of(VrdmaRig& rig, const SendWr& wr) {
  WcStatus status = WcStatus::general_error;
  auto work = [&]() -> Task<> {
    co_await rig.open();
    SendWr request = wr;
    if (request.sge.lkey == Lkey{~0u}) request.sge.lkey = rig.keys.lkey;
    co_await rig.guest_verbs.post_send(rig.guest, rig.qp, request);
    std::array<Wc, 4> wc;
    const int found = co_await rig.guest_verbs.poll_cq(rig.guest, rig.cq, wc);
    CHECK(found == 1);
    status = wc[0].status;
    // The QP is in error: what follows is flushed.
    const SendWr good = rig.write_of(64);
    co_await rig.guest_verbs.post_send(rig.guest, rig.qp, good);
    co_await rig.guest_verbs.poll_cq(rig.guest, rig.cq, wc);
    CHECK(wc[0].status == WcStatus::flushed);
  };
  run(work());
  CHECK(rig.verbs.sent.empty());  // nothing reached the physical QP
  return status;
}

SendWr with(Gva address, std::uint32_t length, Lkey key) {
  SendWr wr;
  wr.sge = {address, length, key};
  return wr;
}

}  // namespace

TEST_CASE("a key that is not the machine's is a local protection error", "[emulation][unit]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  CHECK(status_of(rig, with(Gva(0x10000), 64, Lkey{0x9001})) == WcStatus::local_protection_error);
  CHECK(rig.counter("rejected_key") == 1);
}

TEST_CASE("an address outside the region is a local protection error", "[emulation][unit]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  CHECK(status_of(rig, with(Gva(0x10FFF), 2, Lkey{~0u})) == WcStatus::local_protection_error);
  CHECK(rig.counter("rejected_address") == 1);
}

TEST_CASE("a length that overflows the address space is refused", "[emulation][unit]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  CHECK(status_of(rig, with(Gva(~0ull - 10), 64, Lkey{~0u})) == WcStatus::local_protection_error);
}

TEST_CASE("a message longer than 2^31 bytes is a local length error", "[emulation][unit]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  CHECK(status_of(rig, with(Gva(0x10000), ~0u, Lkey{~0u})) == WcStatus::local_length_error);
}

TEST_CASE("an atomic that is not 8 bytes long is a local length error", "[emulation][unit]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  SendWr wr = with(Gva(0x10000), 4, Lkey{~0u});
  wr.opcode = WrOpcode::fetch_add;
  CHECK(status_of(rig, wr) == WcStatus::local_length_error);
}

/// The guest's send ring, found by the entry that `write_of` left in it.
std::uint64_t send_ring(VrdmaRig& rig) {
  for (std::uint64_t at = VrdmaRig::kBase; at < VrdmaRig::kBase + VrdmaRig::kSize; at += 4096) {
    abi::Wqe wqe;
    std::memcpy(&wqe, rig.memory.at(at, sizeof wqe).data(), sizeof wqe);
    if (wqe.wr_id == 1234 && wqe.rkey == 0x55) return at;
  }
  throw std::runtime_error("no send ring");
}

TEST_CASE("an opcode that is none is a local QP operation error", "[emulation][unit]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  auto work = [&]() -> Task<> {
    co_await rig.open();
    const SendWr wr = rig.write_of(64);
    co_await rig.guest_verbs.post_send(rig.guest, rig.qp, wr);
    const std::uint64_t ring = send_ring(rig);
    const abi::Wqe wqe{9, 77, abi::kSignaled, 0x10000, 64, rig.keys.lkey.value, 0, 0, 0, 0, 0};
    std::memcpy(rig.memory.at(ring + 64, sizeof wqe).data(), &wqe, sizeof wqe);
    const std::uint64_t tail = 128;
    std::memcpy(rig.memory.at(ring - 4096 + vmci_abi::kProducerTail, 8).data(), &tail, 8);
    const std::int32_t rung = co_await rig.driver.ring(rig.guest, abi::doorbell(abi::Doorbell::send, 0));
    CHECK(rung == vmci_abi::kSuccess);
    std::array<Wc, 1> wc;
    int bad = 0;
    for (int found = 0; found < 2;) {
      const int n = co_await rig.guest_verbs.poll_cq(rig.guest, rig.cq, wc);
      found += n;
      if (n > 0 && wc[0].wr_id == 9 && wc[0].status == WcStatus::local_qp_operation_error) ++bad;
    }
    CHECK(bad == 1);
  };
  run(work());
  CHECK(rig.verbs.sent.size() == 1);
}

TEST_CASE("a ring index outside the ring or inside an entry fails the doorbell", "[emulation][unit]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  auto work = [&]() -> Task<> {
    co_await rig.open();
    const SendWr wr = rig.write_of(64);
    co_await rig.guest_verbs.post_send(rig.guest, rig.qp, wr);
    const std::uint64_t ring = send_ring(rig);
    for (const std::uint64_t bad : {std::uint64_t{4096}, ~std::uint64_t{0}, std::uint64_t{65}}) {
      std::memcpy(rig.memory.at(ring - 4096 + vmci_abi::kProducerTail, 8).data(), &bad, 8);
      const std::int32_t refused = co_await rig.driver.ring(rig.guest, abi::doorbell(abi::Doorbell::send, 0));
      CHECK(refused == vmci_abi::kInvalidArgs);
    }
  };
  run(work());
  CHECK(rig.counter("rejected_index") == 3);
  CHECK(rig.verbs.sent.size() == 1);  // the good one
}

TEST_CASE("doorbells of objects that are not there are not found", "[emulation][unit]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  auto work = [&]() -> Task<> {
    co_await rig.open();
    for (const abi::Doorbell kind :
         {abi::Doorbell::send, abi::Doorbell::receive, abi::Doorbell::poll, abi::Doorbell::arm}) {
      const std::int32_t rung = co_await rig.driver.ring(rig.guest, abi::doorbell(kind, 0xfffff));
      CHECK(rung == vmci_abi::kNotFound);
    }
    const std::int32_t unknown = co_await rig.driver.ring(rig.guest, abi::kDoorbellBase | 9u << 20);
    CHECK(unknown == vmci_abi::kNotFound);
    const std::int32_t elsewhere = co_await rig.driver.ring(rig.guest, 5);
    CHECK(elsewhere == vmci_abi::kNotFound);
  };
  run(work());
  CHECK(rig.counter("rejected_handle") == 4);
}

TEST_CASE("a region outside the machine or with a wrong count of pages is refused", "[emulation][unit]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  auto work = [&]() -> Task<> {
    co_await rig.open();
    const std::vector<Gpa> outside{Gpa(VrdmaRig::kSize)}, last{Gpa(VrdmaRig::kSize - 4096)}, two{Gpa(0), Gpa(4096)};
    const std::vector<Gpa> wrapping{Gpa(~0ull << 12)};
    for (const auto* pages : {&outside, &wrapping}) {
      const MrKeys keys = co_await rig.guest_verbs.reg_mr(rig.guest, Gva(0x10000), Bytes(4096), {}, *pages);
      CHECK(keys.lkey == Lkey{});
    }
    const MrKeys many = co_await rig.guest_verbs.reg_mr(rig.guest, Gva(0x10000), Bytes(4096), {}, two);
    CHECK(many.lkey == Lkey{});
    const MrKeys long_one = co_await rig.guest_verbs.reg_mr(rig.guest, Gva(0x10000), Bytes(1ll << 61), {}, last);
    CHECK(long_one.lkey == Lkey{});
    const MrKeys empty = co_await rig.guest_verbs.reg_mr(rig.guest, Gva(0x10000), Bytes(0), {}, last);
    CHECK(empty.lkey == Lkey{});
    const MrKeys good = co_await rig.guest_verbs.reg_mr(rig.guest, Gva(0x10000), Bytes(4096), {}, last);
    CHECK(good.lkey.value != 0);
  };
  run(work());
}

TEST_CASE("random datagrams and commands never do more than fail", "[emulation][unit]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  auto work = [&]() -> Task<> {
    co_await rig.open();
    std::uint64_t state = 88172645463325252ull;
    const auto random = [&state] {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      return state;
    };
    const std::uint32_t targets[] = {0, 1, 2, 3, 4, 5, 10, 11, 14, abi::kResource, 70000};
    for (int i = 0; i < 20000; ++i) {
      std::vector<std::byte> payload(random() % 120);
      for (std::byte& b : payload) b = static_cast<std::byte>(random() % 4 == 0 ? random() : random() % 3);
      const std::uint32_t to = targets[random() % std::size(targets)];
      if (to == abi::kResource && payload.size() >= 16) {
        const abi::CommandHeader header{abi::kVersion, static_cast<std::uint32_t>(random() % 9),
                                        static_cast<std::uint32_t>(payload.size()), 0};
        std::memcpy(payload.data(), &header, sizeof header);
      }
      co_await rig.driver.send(rig.guest, {0, to}, payload);
    }
    for (int i = 0; i < 2000; ++i) {  // raw strings: no header, any length
      std::vector<std::byte> raw(random() % 100);
      for (std::byte& b : raw) b = static_cast<std::byte>(random());
      co_await rig.guest.port_write(vmci_abi::kDataOut, raw);
      co_await rig.guest.port_write(static_cast<std::uint16_t>(random() % 64), raw);
      if (random() % 3 == 0) co_await rig.guest.port_read(static_cast<std::uint16_t>(random() % 64), Bytes(4));
    }
    co_await rig.guest.port_read(vmci_abi::kResultLow, Bytes(4));
    const SendWr wr = rig.write_of(64);  // and the device still works
    co_await rig.guest_verbs.post_send(rig.guest, rig.qp, wr);
    std::array<Wc, 1> wc;
    co_await rig.guest_verbs.spin_cq(rig.guest, rig.cq, wc);
    CHECK(wc[0].status == WcStatus::success);
  };
  run(work());
  CHECK(rig.verbs.sent.size() == 1);
}
