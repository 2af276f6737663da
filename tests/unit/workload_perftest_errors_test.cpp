#include <catch2/catch.hpp>

#include "support/child.h"
#include "support/perftest_bench.h"

using namespace viosim;
using namespace viosim::workload;
using Catch::Contains;

TEST_CASE("a bad completion ends the run with side, operation and status", "[workload][unit]") {
  PerftestBench b(perftest_params().set("operation", "read"));
  b.client_verbs.fail_at = 17;
  CHECK_THROWS_WITH(b.run(), Contains("client") && Contains("read") && Contains("operation 17") &&
                                 Contains("status 10 (remote access error)"));
}

TEST_CASE("a refused post ends the run with side and error", "[workload][unit]") {
  PerftestBench b(perftest_params());
  b.server_verbs.refuse_at = 3;
  CHECK_THROWS_WITH(b.run(), Contains("server") && Contains("posting operation 3") && Contains("error 12"));
}

TEST_CASE("bytes that arrive wrong end the run", "[workload][unit]") {
  PerftestBench b(perftest_params().set("size", "4000 B"));
  b.client_verbs.spoil_at = 110;  // the last one
  CHECK_THROWS_WITH(b.run(), Contains("server") && Contains("byte 0 arrived"));
}

TEST_CASE("bytes that arrive wrong are not looked for unless asked", "[workload][unit]") {
  PerftestBench b(perftest_params().set("size", "4000 B").set("verify", "false"));
  b.client_verbs.spoil_at = 110;
  CHECK_NOTHROW(b.run());
}

TEST_CASE("a wrong flag byte ends the run", "[workload][unit]") {
  PerftestBench b(perftest_params().set("size", "1 B"));
  b.client_verbs.spoil_at = 20;
  CHECK_THROWS_WITH(b.run(), Contains("server") && Contains("flag byte"));
}

TEST_CASE("write latency has no events", "[workload][unit]") {
  CHECK_THROWS_AS(PerftestBench(perftest_params().set("completion", "event")), std::invalid_argument);
}

TEST_CASE("all sizes and operations arrive whole", "[workload][unit]") {
  for (const char* size : {"1 B", "64 B", "65 B", "2048 B", "2049 B", "10000 B"}) {
    for (const char* operation : {"write", "read", "send"}) {
      for (const char* test : {"latency", "bandwidth"}) {
        INFO(size << " " << operation << " " << test);
        CHECK(in_child([&] {
                PerftestBench b(perftest_params().set("size", size).set("operation", operation).set("test", test));
                return std::string(b.run().complete ? "complete" : "cut short");
              }) == "complete");
      }
    }
  }
}
