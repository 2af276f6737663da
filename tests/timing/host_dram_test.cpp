#include <catch2/catch.hpp>

#include "host/dram.h"

using namespace viosim;
using host::Dram;

namespace {

/// Four channels; 50 ns, then 8 ns a line of a channel.
struct FourChannels : Dram {
  FourChannels() : Dram("dram", 4, nanoseconds(50), nanoseconds(8)) {}
};

}  // namespace

TEST_CASE("a line takes its channel's time, lines of other channels move beside it", "[host][timing]") {
  Simulation sim;
  FourChannels dram;
  Op a = Op::open(Time{}), b = Op::open(Time{}), c = Op::open(Time{});
  CHECK(dram.read(a, 0, 1, Time{}) == Time(58'000));
  CHECK(dram.read(b, 4, 1, Time{}) == Time(66'000));  // the same channel
  CHECK(dram.read(c, 5, 1, Time{}) == Time(58'000));  // its neighbour
  CHECK(b.last() == Time(66'000));
}

TEST_CASE("an access of many lines ends with its busiest channel, all of them are booked", "[host][timing]") {
  Simulation sim;
  FourChannels dram;
  Op first = Op::open(Time{}), many = Op::open(Time{});
  CHECK(dram.read(first, 2, 1, Time{}) == Time(58'000));
  // Nine lines from number 1 on: channels 1 2 3 0 take 3 2 2 2. Channel 2 is free at 58: 58 + 16 = 74 = 50 + 24.
  CHECK(dram.read(many, 1, 9, Time{}) == Time(74'000));
  CHECK(many.last() == Time(74'000));
  Op next = Op::open(Time(50'000));
  CHECK(dram.move(next, 0, 1, Time(50'000)) == Time(74'000));  // behind the two lines on channel 0, which end at 66
}

TEST_CASE("time at DRAM is conserved over its channels", "[host][conservation]") {
  Simulation sim;
  FourChannels dram;
  ledger().open_window(Time{});
  Op op = Op::open(Time{});
  const Time end = dram.read(op, 0, 6, Time{});
  CHECK(end == Time(66'000));
  ledger().close_window(end);
  Duration served, idle;
  for (const SiteReport& channel : ledger().sites()) {
    served += channel.served;
    idle += channel.idle;
  }
  CHECK(served == nanoseconds(6 * 8));
  CHECK(served + idle == nanoseconds(4 * 66));
}
