// Control verbs through firmware: what they are made of, and what moves them.
#include <catch2/catch.hpp>

#include "support/system_shift.h"

using namespace viosim;
using namespace viosim::test;

namespace {

const Overrides kFewer = {"workload.iterations=10", "workload.warm_up=2"};

platform::PointResult queue_pairs(const std::string& path, const Overrides& more = {}, const std::string& control = "iss") {
  return simulated("qp-create-rate", {{"control", control}, {"path", path}}, joined(kFewer, more));
}
platform::PointResult regions(const std::string& size, const Overrides& more = {}, const std::string& control = "iss") {
  return simulated("mr-register-latency", {{"control", control}, {"size", size}}, more);
}

/// Thousandths an operation.
std::int64_t count(const platform::PointResult& r, const std::string& name) {
  return r.metric(name) == nullptr ? 0 : r.metric(name)->value;
}

}  // namespace

TEST_CASE("a queue pair is made and unmade by six commands", "[system][firmware][unit]") {
  for (const char* path : {"native", "directpath", "sriov"}) {
    INFO(path);
    const platform::PointResult r = queue_pairs(path);
    CHECK(r.residual() == 0);
    CHECK(count(r, "commands") == 6000);  // a number, RST2INIT, INIT2RTR, RTR2RTS; 2RST, the number back
    CHECK(per_operation(r, "Execute", "esx0.hca0.control") > 0);
    CHECK(occurrences(r, "DmaRead", "esx0.hca0.mgmt.dma") == 3);  // a mailbox each for three commands
    // Install, twice query and modify, remove.
    CHECK(occurrences(r, "Pipeline", "esx0.hca0.mgmt.contexts") == 6);
    CHECK(count(r, "create_time") + count(r, "destroy_time") == r.elapsed / r.operations);
  }
}

TEST_CASE("a region takes a command for each 510 pages", "[system][firmware][unit]") {
  for (const auto& [size, pages] : {std::pair{"4 KB", 1}, {"1 MB", 256}, {"4 MB", 1024}, {"64 MB", 16384}}) {
    INFO(size);
    const platform::PointResult r = regions(size);
    CHECK(r.residual() == 0);
    const int lists = (pages + 509) / 510;
    CHECK(count(r, "commands") == 1000 * (lists + 6));
    // Head and pages of each list, and the region's context.
    CHECK(occurrences(r, "DmaRead", "esx0.hca0.mgmt.dma") == 2 * lists + 1);
  }
}

TEST_CASE("pinning a page costs its cycles, page by page", "[system][firmware][perturbation]") {
  const platform::PointResult before = regions("1 MB"),
                              after = regions("1 MB", {"esx0.verbs.register_page=1250 cycles"});
  const Rows core{"Execute", "esx0.core0"};
  // 1000 cycles more at 2.67 GHz, rounded up once.
  const std::int64_t each = (core.ps(after) - core.ps(before)) / before.operations;
  CHECK(each >= 256'000 * std::int64_t{1'000'000} / 2670);
  CHECK(each <= 256'000 * std::int64_t{1'000'000} / 2660);
}

TEST_CASE("a faster processor moves the firmware's instructions alone", "[system][firmware][perturbation]") {
  const platform::PointResult slow = queue_pairs("native", {"esx0.hca0.control.frequency=200 MHz"}),
                              fast = queue_pairs("native", {"esx0.hca0.control.frequency=400 MHz"});
  const Rows firmware{"Execute", "hca0.control"};
  CHECK(firmware.ps(slow) > 19 * firmware.ps(fast) / 10);
  CHECK(firmware.ps(slow) < 21 * firmware.ps(fast) / 10);
  for (const char* cause : {"DmaRead", "Pipeline", "CacheAccess"}) {
    INFO(cause);
    CHECK(per_operation(slow, cause) == per_operation(fast, cause));
  }
}

TEST_CASE("waiting for an event takes the interrupt's way instead of looks", "[system][firmware][unit]") {
  const platform::PointResult polls = queue_pairs("native"), events = queue_pairs("native, events");
  CHECK(count(events, "command_looks") == 0);
  CHECK(count(events, "interrupts") == 6000);
  CHECK(count(polls, "interrupts") == 0);
  CHECK(count(polls, "command_looks") > 6000);
  CHECK(Rows{"PollGap"}.ps(events) == 0);
  CHECK(events.residual() == 0);
  CHECK(events.elapsed > polls.elapsed);
}

TEST_CASE("the simulator's firmware takes the time of the RTL's", "[system][firmware][rtl]") {
  const auto near = [](const platform::PointResult& a, const platform::PointResult& b) {
    const Rows firmware{"Execute", "hca0.control"};
    const std::int64_t apart = std::abs(firmware.ps(a) - firmware.ps(b));
    CHECK(firmware.ps(a) > 0);
    CHECK(apart * 100 < firmware.ps(b));  // within 1 %
    CHECK(std::abs(a.elapsed - b.elapsed) * 20 < b.elapsed);  // looks are in steps: within 5 %
  };
  near(queue_pairs("native"), queue_pairs("native", {}, "rtl"));
  near(queue_pairs("native, events"), queue_pairs("native, events", {}, "rtl"));
  near(regions("1 MB"), regions("1 MB", {}, "rtl"));
}

TEST_CASE("the data path does not see who made its queue pair", "[system][firmware][equivalence]") {
  for (const char* path : {"native", "directpath", "sriov", "vrdma", "vrdma, poller"}) {
    INFO(path);
    const platform::Labels at = {{"path", path}, {"size", "8 B"}};
    const Overrides fewer = {"workload.iterations=20"};
    const platform::PointResult without = simulated("rdma-write-latency", at, fewer);
    const platform::PointResult with = simulated(
        "rdma-write-latency", at,
        joined(fewer, {"fidelity.esx0.hca0.control=iss", "fidelity.esx1.hca0.control=iss"}));
    CHECK(with.residual() == 0);
    // Pollers look at fixed steps from where they began.
    CHECK(std::abs(with.headline_metric().value - without.headline_metric().value) < 5'000);
    for (const char* cause : {"DmaRead", "Pipeline", "LinkPropagation"})
      CHECK(per_operation(with, cause) == per_operation(without, cause));
    for (const platform::StackRow& row : with.stack) CHECK(row.site.find(".mgmt") == std::string::npos);
  }
}

TEST_CASE("without firmware there is nothing to measure", "[system][firmware][unit]") {
  CHECK_THROWS_WITH(queue_pairs("native", {"fidelity.esx0.hca0.control=tlm"}), Catch::Contains("iss or rtl"));
}
