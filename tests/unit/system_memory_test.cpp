// Memory does not grow with simulated time. What measures it has "resident memory" in its name: a sanitizer's own
// book-keeping grows, and its test preset leaves these out.
#include <catch2/catch.hpp>
#include <sys/resource.h>

#include "support/child.h"
#include "support/simulated.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// KB that the simulation of a point had resident at most.
long peak(const std::string& run, const platform::Labels& labels, int iterations) {
  const std::string text = in_child([&] {
    simulated(run, labels, {"workload.iterations=" + std::to_string(iterations)});
    rusage use{};
    getrusage(RUSAGE_CHILDREN, &use);  // of the simulation's own process, the child of this one
    return std::to_string(use.ru_maxrss);
  });
  INFO(text);
  REQUIRE(text.find_first_not_of("0123456789") == std::string::npos);
  return std::stol(text);
}

void check_constant(const std::string& run, const platform::Labels& labels, int iterations) {
  INFO(run << " " << platform::to_text(labels));
  const long shorter = peak(run, labels, iterations), longer = peak(run, labels, 20 * iterations);
  CHECK(shorter > 1000);
  CHECK(longer * 10 <= shorter * 11);
}

}  // namespace

TEST_CASE("Twenty times the iterations take no more resident memory", "[system][unit]") {
  check_constant("rdma-write-latency", {{"path", "native"}, {"size", "64 B"}}, 2000);
  check_constant("rdma-write-latency", {{"path", "vrdma"}, {"size", "64 B"}}, 1000);
}

TEST_CASE("Twenty times the events and messages in flight take no more resident memory", "[system][unit]") {
  check_constant("rdma-send-event", {{"completion", "event"}, {"path", "vrdma"}, {"size", "64 B"}}, 500);
  check_constant("perftest-native", {{"test", "bandwidth"}, {"size", "4 KB"}}, 500);
}
