// Exits, interrupts and copies per operation follow from the design of each path.
#include <catch2/catch.hpp>

#include "protocols/vrdma_abi.h"
#include "support/simulated.h"

using namespace viosim;
using namespace viosim::test;

namespace {

platform::PointResult write_by(const std::string& path, const std::string& size = "2 B") {
  return simulated("rdma-write-latency", {{"path", path}, {"size", size}});
}
platform::PointResult event_by(const std::string& path) {
  return simulated("rdma-send-event", {{"completion", "event"}, {"path", path}, {"size", "64 B"}});
}

/// In thousandths per operation, both hosts together; 0 if it never happened.
std::int64_t counted(const platform::PointResult& point, const std::string& name) {
  const platform::Metric* const metric = point.metric(name);
  if (metric == nullptr) return 0;
  CHECK(metric->decimals == 3);
  return metric->value;
}

constexpr std::int64_t kOnce = 1000;

}  // namespace

TEST_CASE("A bare host has no exits and no injected interrupts", "[system][unit]") {
  for (const platform::PointResult& point : {write_by("native"), write_by("native, no inline"), event_by("native")}) {
    CHECK(point.metric("vm_exits") == nullptr);
    CHECK(point.metric("injected_interrupts") == nullptr);
    CHECK(point.metric("hypercalls") == nullptr);
  }
}

TEST_CASE("An assigned function polls without an exit", "[system][unit]") {
  for (const char* path : {"directpath", "sriov"}) {
    const platform::PointResult point = write_by(path);
    CHECK(point.metric("vm_exits") == nullptr);
    CHECK(point.metric("injected_interrupts") == nullptr);
    CHECK(counted(point, "iotlb_lookups") > 0);
  }
}

TEST_CASE("Exits of vRDMA follow from its datagrams", "[system][unit]") {
  // A datagram costs its sender two exits: the string access that carries it, and the register that holds its result.
  // A post is a datagram; with poll_exit so is a look at an empty ring. In a round trip each side posts once and,
  // since its completion is there when it looks, asks once: 2 sides x 2 datagrams x 2 exits.
  struct Design {
    const char* path;
    std::int64_t datagrams;
  };
  for (const Design& d : {Design{"vrdma", 4}, Design{"vrdma, interrupt", 2}, Design{"vrdma, poller", 2}}) {
    INFO(d.path);
    const platform::PointResult point = write_by(d.path);
    CHECK(counted(point, "work_requests") == 2 * kOnce);
    CHECK(counted(point, "hypercalls") == d.datagrams * kOnce);
    CHECK(counted(point, "exits_string_io") == d.datagrams * kOnce);
    CHECK(counted(point, "exits_port_io") == d.datagrams * kOnce);
    CHECK(counted(point, "vm_exits") == 2 * d.datagrams * kOnce);
    CHECK(counted(point, "proxied_completions") == 2 * kOnce);
    CHECK(point.metric("injected_interrupts") == nullptr);  // nobody asked for an event
  }
}

TEST_CASE("Every datagram of vRDMA is two exits with events too", "[system][unit]") {
  for (const char* path : {"vrdma", "vrdma, interrupt"}) {
    INFO(path);
    const platform::PointResult point = event_by(path);
    CHECK(counted(point, "hypercalls") == counted(point, "exits_string_io"));
    CHECK(counted(point, "hypercalls") == counted(point, "exits_port_io"));
    std::int64_t by_reason = 0;
    for (const platform::Metric& metric : point.metrics)
      if (metric.name.rfind("exits_", 0) == 0) by_reason += metric.value;
    CHECK(counted(point, "vm_exits") == by_reason);
  }
}

TEST_CASE("A guest's completion event is an injected interrupt and an end of interrupt", "[system][unit]") {
  for (const char* path : {"directpath", "sriov", "vrdma", "vrdma, interrupt"}) {
    INFO(path);
    const platform::PointResult point = event_by(path);
    CHECK(counted(point, "injected_interrupts") > 0);
    CHECK(counted(point, "exits_eoi") == counted(point, "injected_interrupts"));
  }
}

TEST_CASE("Payload is copied by nobody", "[system][unit]") {
  for (const char* size : {"2 B", "64 KB"}) {
    INFO(size);
    for (const char* path : {"native", "directpath", "sriov"})
      CHECK(write_by(path, size).metric("copied_bytes") == nullptr);
    // The back end takes a work request out of the guest's ring and puts a completion into it, on each side.
    for (const char* path : {"vrdma", "vrdma, interrupt", "vrdma, poller"}) {
      INFO(path);
      const platform::PointResult point = write_by(path, size);
      CHECK(counted(point, "copied_bytes") ==
            2 * static_cast<std::int64_t>(sizeof(vrdma_abi::Wqe) + sizeof(vrdma_abi::Cqe)) * kOnce);
      CHECK(counted(point, "copies") == 4 * kOnce);
    }
  }
}
