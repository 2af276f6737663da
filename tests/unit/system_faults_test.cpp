// Packets lost, corrupted or overtaken on the wire of a whole system: the data arrives, the time has its causes.
#include <catch2/catch.hpp>

#include "support/simulated.h"

using namespace viosim;
using namespace viosim::test;

namespace {

const platform::Labels kBandwidth = {{"test", "bandwidth"}, {"size", "4 KB"}};

std::int64_t counted(const platform::PointResult& point, const std::string& name) {
  const platform::Metric* const metric = point.metric(name);
  return metric == nullptr ? 0 : metric->value;
}

/// The workload compares all bytes at its end (verify), so that a result says that the data is intact.
void check_recovered(const std::string& run, const platform::Labels& labels, std::vector<std::string> overrides,
                     const std::string& what_happened) {
  overrides.push_back("workload.verify=true");
  const platform::PointResult point = simulated(run, labels, overrides);
  INFO(run << " " << platform::to_text(labels) << " " << what_happened);
  CHECK(point.operations > 0);
  CHECK(counted(point, what_happened) > 0);
  CHECK(counted(point, "retransmissions") > 0);
  CHECK(point.residual() == 0);
  for (const platform::StackRow& row : point.stack) CHECK((row.cause != "Queueing" && row.cause != "Unattributed"));
  for (const platform::SiteRow& site : point.sites) CHECK(site.residual() == 0);
}

struct Fault {
  const char* override_text;
  const char* counter;
};
constexpr Fault kFaults[] = {{"link0.fault_drop=0.01", "packets_dropped"},
                             {"link0.fault_corrupt=0.01", "packets_corrupted"},
                             {"link0.fault_reorder=0.01", "packets_reordered"}};

std::string error_of(const std::string& run, const platform::Labels& labels,
                     const std::vector<std::string>& overrides) {
  try {
    simulated(run, labels, overrides);
  } catch (const std::exception& e) {
    return e.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("Latency tests survive faults of the wire", "[system][unit]") {
  for (const Fault& fault : kFaults)
    for (const char* path : {"native", "sriov", "vrdma"})
      check_recovered("rdma-write-latency", {{"path", path}, {"size", "4 KB"}}, {fault.override_text}, fault.counter);
}

TEST_CASE("Bandwidth of writes reads and sends survives faults of the wire", "[system][unit]") {
  for (const Fault& fault : kFaults)
    for (const char* operation : {"write", "read", "send"})
      check_recovered("perftest-native", kBandwidth,
                      {fault.override_text, std::string("workload.operation=") + operation, "workload.rx_depth=512"},
                      fault.counter);
}

TEST_CASE("Faults of all kinds at once are survived", "[system][unit]") {
  check_recovered("perftest-native", kBandwidth,
                  {"link0.fault_drop=0.01", "link0.fault_corrupt=0.01", "link0.fault_reorder=0.01"},
                  "packets_dropped");
  check_recovered("rdma-send-event", {{"completion", "event"}, {"path", "vrdma"}, {"size", "4 KB"}},
                  {"link1.fault_drop=0.01", "link1.fault_corrupt=0.01", "link1.fault_reorder=0.01"},
                  "packets_dropped");
}

TEST_CASE("One lost response of a long read is one retry", "[system][unit]") {
  // Dozens of responses are under way behind the lost one; each of them shows the gap.
  check_recovered("rdma-write-latency", {{"path", "native"}, {"size", "64 KB"}},
                  {"workload.operation=read", "link0.fault_drop=0.01"}, "packets_dropped");
}

TEST_CASE("A loss shows as the wait for the retransmission timer", "[system][unit]") {
  const platform::PointResult point =
      simulated("rdma-write-latency", {{"path", "native"}, {"size", "2 B"}}, {"link0.fault_drop=0.01"});
  CHECK(per_operation(point, "RetransmitTimeout") > point.elapsed / point.operations / 2);
  CHECK(counted(point, "timeouts") > 0);
}

TEST_CASE("A wire that loses everything ends in the status that says so", "[system][unit]") {
  for (const char* path : {"native", "directpath", "vrdma", "vrdma, interrupt"})
    CHECK_THAT(error_of("rdma-write-latency", {{"path", path}, {"size", "2 B"}}, {"link0.fault_drop=1.0"}),
               Catch::Contains("operation 0 completed with status 12 (transport retries exceeded)"));
  for (const char* operation : {"write", "read", "send"})
    CHECK_THAT(error_of("perftest-native", kBandwidth,
                        {"link1.fault_drop=1.0", std::string("workload.operation=") + operation}),
               Catch::Contains("operation 0 completed with status 12 (transport retries exceeded)"));
}

TEST_CASE("Latency tests survive corrupted and lost TLPs", "[system][unit][replay]") {
  for (const char* path : {"native", "sriov", "vrdma"}) {
    const platform::PointResult point =
        simulated("rdma-write-latency", {{"path", path}, {"size", "4 KB"}},
                  {"workload.verify=true", "esx0.pcie0.faults.part=pcie-faults-gen2-x8",
                   "esx0.pcie0.faults.fault_corrupt=0.02", "esx0.pcie0.faults.fault_lose=0.01",
                   "esx0.pcie0.faults.fault_lose_dllp=0.02"});
    INFO(path);
    CHECK(point.operations > 0);
    CHECK(counted(point, "tlps_replayed") > 0);
    CHECK(point.residual() == 0);
    for (const platform::StackRow& row : point.stack) CHECK((row.cause != "Queueing" && row.cause != "Unattributed"));
    for (const platform::SiteRow& site : point.sites) CHECK(site.residual() == 0);
  }
}

TEST_CASE("A link that corrupts everything ends the run with its name", "[system][unit][replay]") {
  CHECK_THAT(error_of("rdma-write-latency", {{"path", "native"}, {"size", "2 B"}},
                      {"esx0.pcie0.faults.part=pcie-faults-gen2-x8", "esx0.pcie0.faults.fault_corrupt=1"}),
             Catch::Contains("esx0.pcie0.") && Catch::Contains("did not get through"));
}
