#include <catch2/catch.hpp>

#include <functional>
#include <vector>

#include "kernel/event.h"
#include "rtl_bridge/rtl_clock.h"

using namespace viosim;

namespace {

/// Notes when its edges are; quiescent when it has nothing to count down.
struct Counter : rtl_bridge::RtlClock::BlockIf {
  std::vector<std::int64_t> at;
  int left = 0;
  bool edge() override {
    at.push_back(now().ps());
    if (left > 0) --left;
    return left == 0;
  }
};

struct At {
  At(Time t, std::function<void()> f)
      : timer([](void* self) { static_cast<At*>(self)->what(); }, this), what(std::move(f)) {
    timer.arm(t);
  }
  Timer timer;
  std::function<void()> what;
};

}  // namespace

TEST_CASE("a block's clock stands at whole periods and stops while the block is quiescent", "[rtl_bridge]") {
  Simulation simulation;
  Counter block;
  rtl_bridge::RtlClock clock(Frequency(300'000'000), block);  // 3333.33 ps
  At first(Time(5000), [&] { block.left = 3; clock.wake(); });
  At second(Time(20000), [&] {  // an edge would stand at this very time: the input is seen at the next one
    block.left = 1;
    clock.wake();
    CHECK(clock.next_edge() == Time(23334));
  });
  simulation.scheduler.run_until(Time::never());
  CHECK(block.at == std::vector<std::int64_t>{6667, 10000, 13334, 23334});
  CHECK(clock.edges() == 4);
}

TEST_CASE("a clock that is not gated runs on, at the same times", "[rtl_bridge]") {
  Simulation simulation;
  rtl_bridge::RtlClock::gate(false);
  Counter block;
  rtl_bridge::RtlClock clock(Frequency(300'000'000), block);
  simulation.scheduler.run_until(Time(20000));
  CHECK(block.at == std::vector<std::int64_t>{3334, 6667, 10000, 13334, 16667, 20000});
}

TEST_CASE("a clock may go while its next edge is due", "[rtl_bridge]") {
  Simulation simulation;
  Counter block;
  block.left = 100;
  At end(Time(20000), [&] { scheduler().stop(); });
  {
    rtl_bridge::RtlClock clock(Frequency(300'000'000), block);
    At begin(Time(5000), [&] { clock.wake(); });
    simulation.scheduler.run_until(Time(10000));
  }
  CHECK(block.at == std::vector<std::int64_t>{6667, 10000});
  simulation.scheduler.run_until(Time(15000));  // what is left of it does nothing
  CHECK(block.at.size() == 2);
}
