#include <catch2/catch.hpp>
#include <memory>
#include <vector>

#include "kernel/event.h"

using namespace viosim;

namespace {
struct Alarm {
  std::vector<std::int64_t> rung;
  Timer timer{[](void* self) { static_cast<Alarm*>(self)->rung.push_back(now().ps()); }, this};
};
void to(std::int64_t at) { scheduler().run_until(Time(at)); }
}  // namespace

TEST_CASE("a timer calls at its time, once", "[kernel][unit]") {
  Simulation sim;
  Alarm a;
  a.timer.arm(Time(50));
  to(49);
  CHECK(a.rung.empty());
  CHECK(a.timer.armed());
  to(200);
  CHECK(a.rung == std::vector<std::int64_t>{50});
  CHECK_FALSE(a.timer.armed());
}

TEST_CASE("a timer moves later and earlier", "[kernel][unit]") {
  Simulation sim;
  Alarm late, early;
  late.timer.arm(Time(50));
  late.timer.arm(Time(80));
  early.timer.arm(Time(50));
  early.timer.arm(Time(20));
  to(200);
  CHECK(late.rung == std::vector<std::int64_t>{80});
  CHECK(early.rung == std::vector<std::int64_t>{20});
}

TEST_CASE("a cancelled timer is silent, and can be armed again", "[kernel][unit]") {
  Simulation sim;
  Alarm a, b, c;
  for (Alarm* x : {&a, &b, &c}) {
    x->timer.arm(Time(50));
    x->timer.cancel();
  }
  b.timer.arm(Time(70));
  c.timer.arm(Time(30));
  to(200);
  CHECK(a.rung.empty());
  CHECK(b.rung == std::vector<std::int64_t>{70});
  CHECK(c.rung == std::vector<std::int64_t>{30});
}

TEST_CASE("a timer may die while it is queued", "[kernel][unit]") {
  Simulation sim;
  auto a = std::make_unique<Alarm>();
  a->timer.arm(Time(50));
  a.reset();
  CHECK_NOTHROW(to(200));
}

TEST_CASE("a timer that is pushed back for ever stays one entry", "[kernel][unit]") {
  Simulation sim;
  Alarm a;
  for (std::int64_t i = 0; i < 10'000; ++i) a.timer.arm(Time(1'000 + i));
  to(100'000);
  CHECK(a.rung == std::vector<std::int64_t>{10'999});
  CHECK(scheduler().events() <= 3);
}

TEST_CASE("a timer for now calls now", "[kernel][unit]") {
  Simulation sim;
  Alarm a;
  to(10);
  a.timer.arm(now());
  to(10);
  to(11);
  CHECK(a.rung == std::vector<std::int64_t>{10});
}
