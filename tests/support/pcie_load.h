// A mixed load of a device below a root complex: reads, writes, interrupts and stores of any size and place.
#pragma once
#include <array>
#include <memory>
#include <vector>

#include "support/pcie_rig.h"

namespace viosim::test {
inline namespace pcie_rig {

/// A small generator of its own: numbers that are the same everywhere.
struct Draw {
  std::uint64_t state = 12345;
  std::uint64_t operator()(std::uint64_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % below;
  }
};

struct Load {
  std::vector<std::unique_ptr<DmaRequest>> requests;
  std::vector<Time> begins;
};

inline Process offer(PcieRig& rig, Load& load, Station& idle) {
  Draw draw;
  for (int i = 0; i < 1000; ++i) {
    auto r = std::make_unique<DmaRequest>();
    const bool is_read = draw(2) == 0;
    const std::uint64_t page = draw(100), offset = draw(4000);
    PcieRig::prepare(*r, is_read, page * 4096 + offset, static_cast<std::int64_t>(1 + draw(3000)), 1);
    load.begins.push_back(now());
    rig.endpoint.submit(*r);
    load.requests.push_back(std::move(r));
    if (i % 16 == 0) rig.endpoint.raise_msix(kDevice, kMsiWindow, 0x40, Op::open(now()));
    if (i % 20 == 0) rig.root.store(kBar, std::array<std::byte, 8>{}, false, Op::open(now()));
    Op nobody;
    co_await idle.hold(nobody, Cause::Execute, nanoseconds(static_cast<std::int64_t>(1 + draw(800))));
  }
}

}  // namespace pcie_rig
}  // namespace viosim::test
