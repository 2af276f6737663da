// The VMCI device's registers, datagrams and hypercalls.
#include <catch2/catch.hpp>

#include "support/vrdma_rig.h"

using namespace viosim;
using namespace viosim::test;
namespace abi = viosim::vmci_abi;

namespace {

template <class... Parts>
std::vector<std::byte> join(const Parts&... parts) {
  std::vector<std::byte> out;
  const auto add = [&out](const auto& part) {
    const auto bytes = std::as_bytes(std::span(&part, 1));
    out.insert(out.end(), bytes.begin(), bytes.end());
  };
  (add(parts), ...);
  return out;
}

/// Writes `bytes` to DATA_OUT in strings of `piece` and answers RESULT_LOW.
Task<std::int32_t> send(VrdmaRig& rig, const std::vector<std::byte>& bytes, std::size_t piece) {
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    co_await rig.guest.port_write(abi::kDataOut, std::span(bytes).subspan(at, std::min(piece, bytes.size() - at)));
  const std::uint64_t result = co_await rig.guest.port_read(abi::kResultLow, Bytes(4));
  co_return static_cast<std::int32_t>(static_cast<std::uint32_t>(result));
}

abi::DatagramHeader to(std::uint32_t resource, std::uint64_t size) { return {{0, resource}, abi::kAnonymous, size}; }

}  // namespace

TEST_CASE("a datagram is taken whole or in pieces", "[emulation][unit]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  auto work = [&]() -> Task<> {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{24}, std::size_t{1000}}) {
      const std::int32_t context = co_await send(rig, join(to(1, 0)), piece);
      CHECK(context == 17);
    }
    CHECK(rig.counter("hypercalls_served") == 4);
  };
  run(work());
}

TEST_CASE("datagrams that are wrong get VMCI's codes", "[emulation][unit]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  auto work = [&]() -> Task<> {
    const std::int32_t half = co_await send(rig, join(to(1, 8)), 100);
    CHECK(half == abi::kInvalidArgs);
    const std::int32_t longer = co_await send(rig, join(to(1, 0), std::uint64_t{5}), 100);
    CHECK(longer == abi::kInvalidSize);
    const std::int32_t huge = co_await send(rig, join(to(1, ~0ull)), 100);
    CHECK(huge == abi::kPayloadTooLarge);
    const std::int32_t unknown = co_await send(rig, join(to(13, 0)), 100);
    CHECK(unknown == abi::kInvalidResource);
    const std::int32_t nobody = co_await send(rig, join(to(5000, 0)), 100);
    CHECK(nobody == abi::kInvalidResource);
    const abi::DatagramHeader other_vm{{18, 1}, abi::kAnonymous, 0}, forged{{0, 1}, {18, 0}, 0};
    const std::int32_t unreachable = co_await send(rig, join(other_vm), 100);
    CHECK(unreachable == abi::kUnreachable);
    const std::int32_t not_mine = co_await send(rig, join(forged), 100);
    CHECK(not_mine == abi::kNoAccess);
    const std::int32_t good = co_await send(rig, join(to(1, 0)), 100);
    CHECK(good == 17);
    CHECK(rig.counter("rejected_datagrams") == 7);
  };
  run(work());
}

TEST_CASE("queue pairs are checked: sizes pages owner duplicates", "[emulation][unit]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  auto work = [&]() -> Task<> {
    const auto alloc = [&](abi::QueuePairAlloc m, std::vector<std::uint32_t> pages) {
      auto bytes = join(to(10, sizeof m + 4 * pages.size()), m);
      for (const std::uint32_t p : pages) {
        const auto more = join(p);
        bytes.insert(bytes.end(), more.begin(), more.end());
      }
      return bytes;
    };
    const std::uint32_t beyond = VrdmaRig::kSize / 4096;
    const abi::QueuePairAlloc good{{17, 2000}, ~0u, 0, 4096, 0, 3};
    struct Case { abi::QueuePairAlloc message; std::vector<std::uint32_t> pages; std::int32_t answer; };
    const std::vector<Case> cases = {
        {{{18, 2000}, ~0u, 0, 4096, 0, 3}, {1, 2, 3}, abi::kNoAccess},
        {{{17, 2000}, ~0u, 0, 0, 0, 2}, {1, 2}, abi::kInvalidSize},
        {{{17, 2000}, ~0u, 0, 100, 0, 3}, {1, 2, 3}, abi::kInvalidSize},
        {{{17, 2000}, ~0u, 0, ~0ull, 4096, 3}, {1, 2, 3}, abi::kNoResources},
        {{{17, 2000}, ~0u, 0, 4096, 0, 4}, {1, 2, 3, 4}, abi::kInvalidArgs},
        {{{17, 2000}, ~0u, 0, 4096, 0, 3}, {1, 2}, abi::kInvalidArgs},
        {{{17, 2000}, ~0u, 0, 4096, 0, 3}, {1, 2, beyond}, abi::kInvalidArgs},
        {{{17, 2000}, ~0u, 0, 4096, 0, 3}, {1, ~0u, 3}, abi::kInvalidArgs},
        {good, {1, 2, 3}, abi::kSuccess},
        {good, {4, 5, 6}, abi::kDuplicate}};
    for (const Case& c : cases) {
      const auto bytes = alloc(c.message, c.pages);
      const std::int32_t answer = co_await send(rig, bytes, 4096);
      CHECK(answer == c.answer);
    }
    CHECK(rig.vmci.queue_pair({17, 2000})->produce.size() == 1);
    const auto detach = join(to(11, 8), abi::Handle{17, 2000});
    const std::int32_t gone = co_await send(rig, detach, 100);
    CHECK(gone == abi::kSuccess);
    const std::int32_t twice = co_await send(rig, detach, 100);
    CHECK(twice == abi::kNotFound);
  };
  run(work());
}

TEST_CASE("a bitmap or doorbell outside its bounds is refused", "[emulation][unit]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  auto work = [&]() -> Task<> {
    const std::int32_t early = co_await send(rig, join(to(3, 16), abi::DoorbellLink{{17, 1024}, 0}), 100);
    CHECK(early == abi::kInvalidArgs);  // no bitmap yet
    for (const std::uint64_t page :
         {std::uint64_t{VrdmaRig::kSize / 4096}, ~std::uint64_t{0}, ~std::uint64_t{0} >> 12}) {
      const std::int32_t outside = co_await send(rig, join(to(2, 8), abi::SetNotifyBitmap{page}), 100);
      CHECK(outside == abi::kInvalidArgs);
    }
    const std::int32_t set = co_await send(rig, join(to(2, 8), abi::SetNotifyBitmap{1}), 100);
    CHECK(set == abi::kSuccess);
    const std::int32_t beyond = co_await send(rig, join(to(3, 16), abi::DoorbellLink{{17, 1024}, 4096}), 100);
    CHECK(beyond == abi::kInvalidArgs);
    const std::int32_t other = co_await send(rig, join(to(3, 16), abi::DoorbellLink{{18, 1024}, 0}), 100);
    CHECK(other == abi::kNoAccess);
    const std::int32_t linked = co_await send(rig, join(to(3, 16), abi::DoorbellLink{{17, 1024}, 9}), 100);
    CHECK(linked == abi::kSuccess);
    co_await rig.vmci.notify(rig.home, 1024);
    CHECK(rig.memory.at(VrdmaRig::kBase + 4096 + 9, 1)[0] == std::byte{1});
    CHECK(rig.vcpu.injected == 0);  // interrupts are still off
    const std::int32_t cut = co_await send(rig, join(to(4, 8), abi::Handle{17, 1024}), 100);
    CHECK(cut == abi::kSuccess);
  };
  run(work());
}
