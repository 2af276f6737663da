#include <catch2/catch.hpp>

#include "kernel/event.h"
#include "rtl_bridge/wire.h"

using namespace viosim;

TEST_CASE("a wire's change is seen after its time, however often it changes at one time", "[rtl_bridge]") {
  struct Rig {
    Simulation simulation;
    rtl_bridge::Wire wire;
    Timer first{[](void* self) { static_cast<Rig*>(self)->change(); }, this};
    Timer second{[](void* self) { static_cast<Rig*>(self)->look(); }, this};
    void change() {
      wire.set(true);
      CHECK_FALSE(wire.seen());
      CHECK(wire.changes());
      wire.set(false);
      CHECK_FALSE(wire.changes());
      wire.set(true);
      CHECK_FALSE(wire.seen());
      CHECK(wire.changes());
    }
    void look() {
      CHECK(wire.seen());
      CHECK_FALSE(wire.changes());
      wire.set(true);
      wire.set(false);
      wire.set(false);
      CHECK(wire.seen());
      CHECK(wire.changes());
    }
  } rig;
  CHECK_FALSE(rig.wire.seen());
  rig.first.arm(Time(10));
  rig.second.arm(Time(11));
  rig.simulation.scheduler.run_until(Time::never());
  CHECK(now() == Time(11));
  CHECK(rig.wire.seen());  // its last change is not yet over
}
