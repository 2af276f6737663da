// Times of a core that follow from its parameters alone.
#pragma once
#include "host/clock.h"
#include "host/core_params.h"
#include "kernel/ready.h"
#include "protocols/core.h"

namespace viosim::host {

class CoreTiming {
 public:
  explicit CoreTiming(const CoreParams& p)
      : clock_(*p.frequency), uc_store_(*p.uc_store), uc_spacing_(*p.uc_spacing), wc_first_(*p.wc_first_line),
        wc_further_(*p.wc_further_line), idle_exit_(*p.idle_exit),
        costs_{*p.interrupt_entry, *p.interrupt_exit, *p.block, *p.wake, *p.copy_setup, *p.copy_line, *p.ipi} {}

  Duration of(Cycles n) const { return clock_.of(n); }
  const CoreCosts& costs() const { return costs_; }
  Duration idle_exit() const { return idle_exit_; }
  Duration uc_store() const { return of(uc_store_); }
  Duration uc_spacing() const { return uc_spacing_; }
  /// When line `index` of a write-combined store has left, counted from its start.
  Duration wc_line_out(std::int64_t index) const { return wc_first_ + wc_further_ * index; }
  Duration copy(Bytes n, bool first) const {
    const std::int64_t lines = (n.raw() + 63) / 64;
    return of((first ? costs_.copy_setup : Cycles{}) + costs_.copy_line * lines);
  }
  /// Looks begin at start, start + step, start + 2 step ...: how many begin before `written`.
  static std::int64_t looks_before(Time start, Duration step, Time written) {
    if (written <= start) return 0;
    return step == kZeroTime ? 1 : ((written - start) + step - Duration(1)) / step;
  }
  /// Begin of the first look that sees what was written at `written`.
  static Time seeing_look(Time start, Duration step, Time written) {
    return step == kZeroTime ? latest({start}, {written}).at : start + step * looks_before(start, step, written);
  }

 private:
  Clock clock_;
  Cycles uc_store_;
  Duration uc_spacing_, wc_first_, wc_further_, idle_exit_;
  CoreCosts costs_;
};

}  // namespace viosim::host
