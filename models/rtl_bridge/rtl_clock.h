// RtlClock: the clock of a Verilated block, as an entry of the scheduler's queue. It runs on from edge to edge as long as
// nothing else is due, and stops while the block says that nothing can change in it without an input.
//
// An input that changes now is seen at the first edge after now, never at one at the same time: so what an edge sees does
// not depend on the order of what happens at one time. Edge k stands at k / frequency, rounded up to a picosecond.
#pragma once
#include <cstdint>

#include "kernel/scheduler.h"

namespace viosim::rtl_bridge {

class RtlClock {
 public:
  class BlockIf {
   public:
    /// A rising edge, now. True: quiescent: further edges change nothing until an input does.
    virtual bool edge() = 0;

   protected:
    ~BlockIf() = default;
  };

  RtlClock(Frequency frequency, BlockIf& block);
  ~RtlClock();
  RtlClock(const RtlClock&) = delete;
  RtlClock& operator=(const RtlClock&) = delete;

  /// An input changes now.
  void wake() {
    if (!running_) start();
  }
  /// The first edge after now.
  Time next_edge() const;
  /// Edges that the block has seen.
  std::uint64_t edges() const { return edges_; }
  /// At an edge: its number since the beginning of time, whether the block saw those before or not.
  std::uint32_t cycle() const { return static_cast<std::uint32_t>(number_); }
  Duration cycles(std::int64_t n) const { return Cycles(n) / frequency_; }

  /// False: clocks that are built from now on run all the time, to show that skipping changes nothing.
  static void gate(bool on) { gate_ = on; }

 private:
  /// What stands in the queue; outlives the clock if it has to.
  struct Tick : Wakeable {
    RtlClock* clock;
  };
  void start();
  void run();
  bool edge();
  void step();
  static inline bool gate_ = true;

  Frequency frequency_;
  BlockIf& block_;
  Tick* tick_ = new Tick;
  std::int64_t whole_, rest_;  // a period: whole_ ps and rest_ / frequency of one
  std::int64_t floor_ = 0, part_ = 0;  // the coming edge, in the same units
  std::int64_t number_ = 0;
  std::uint64_t edges_ = 0;
  const bool gated_ = gate_;
  bool running_ = false;  // then the tick is in the queue, or under way
};

}  // namespace viosim::rtl_bridge
