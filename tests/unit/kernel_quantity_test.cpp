#include <catch2/catch.hpp>

#include "kernel/address.h"
#include "kernel/ready.h"

using namespace viosim;

TEST_CASE("times of bytes and cycles round up to a picosecond", "[kernel][unit]") {
  CHECK(bytes(1) / BitRate(8'000'000'000'000) == picoseconds(1));
  CHECK(bytes(1) / BitRate(8'000'000'000'001) == picoseconds(1));
  CHECK(bytes(1) / BitRate(7'999'999'999'999) == picoseconds(2));
  CHECK(bytes(48) / BitRate(32'000'000'000) == nanoseconds(12));
  CHECK(Cycles(3) / Frequency(3'000'000'000) == nanoseconds(1));
  CHECK(Cycles(1) / Frequency(3'000'000'000) == picoseconds(334));
  CHECK(bytes(0) / BitRate(1) == kZeroTime);
}

TEST_CASE("large quantities do not overflow in between", "[kernel][unit]") {
  CHECK(bytes(std::int64_t{1} << 40) / BitRate(1'000'000'000'000) == Duration((std::int64_t{1} << 40) * 8));
  CHECK(scale_up(INT64_MAX, 1'000'000, 1'000'000) == INT64_MAX);
  CHECK(scale_up(7, 1, 2) == 4);
}

TEST_CASE("time is a point, duration a distance", "[kernel][unit]") {
  CHECK(Time(5) + picoseconds(3) == Time(8));
  CHECK(Time(8) - Time(5) == picoseconds(3));
  CHECK(microseconds(1) == nanoseconds(1000));
  CHECK(nanoseconds(7) / nanoseconds(2) == 3);
  CHECK(nanoseconds(7) % nanoseconds(2) == nanoseconds(1));
  CHECK(Time::never() > Time(INT64_MAX - 1));
}

TEST_CASE("the later constraint binds, of equal ones the first", "[kernel][unit]") {
  const Ready wire{Time(5), Cause::LinkSerialization}, credit{Time(7), Cause::CreditStall};
  CHECK(latest(wire, credit).why == Cause::CreditStall);
  CHECK(latest(credit, wire).why == Cause::CreditStall);
  CHECK(latest(wire, Ready{Time(5), Cause::Arbitration}).why == Cause::LinkSerialization);
  CHECK(latest(Ready{Time(1)}, wire, credit) == credit);
}

TEST_CASE("addresses know their offset in a block", "[kernel][unit]") {
  const Gpa a(0x12345);
  CHECK(a.offset_in(bytes(4096)) == bytes(0x345));
  CHECK(a.align_down(bytes(4096)) == Gpa(0x12000));
  CHECK((a + bytes(16)) - a == bytes(16));
}
