#pragma once
#include "kernel/param.h"

namespace viosim::pcie {

struct DmaEngineParams {
  Param<Bytes> granularity;
  Param<Count> reads_in_flight;
  Param<Duration> read_interval, write_interval, enqueue, deliver;
  Param<BitRate> move_rate;
  Param<Bytes> bus_width;
  Param<Frequency> bus_clock;
  Param<Count> bus_turnaround;

  explicit DmaEngineParams(ParamReader& in)
      : granularity(in.get<Bytes>("granularity", "a transfer is carried out in pieces of at most this", 64, 1 << 20)),
        reads_in_flight(in.get<Count>("reads_in_flight", "pieces that are being read at once", 1, 4096)),
        read_interval(in.get<Duration>("read_interval", "between the issues of two reads")),
        write_interval(in.get<Duration>("write_interval", "between the issues of two writes")),
        enqueue(in.get<Duration>("enqueue", "from software's descriptor to the engine")),
        deliver(in.get<Duration>("deliver", "from the end of a transfer to software's signal")),
        move_rate(in.get<BitRate>("move_rate", "reads: data's way on into the device's memory, once all of it is there")),
        bus_width(in.get<Bytes>("bus_width", "of the bus between engine and PCI Express core", 1, 256)),
        bus_clock(in.get<Frequency>("bus_clock", "of that bus")),
        bus_turnaround(in.get<Count>("bus_turnaround", "idle cycles of that bus before a piece", 0, 64)) {}
};

}  // namespace viosim::pcie
