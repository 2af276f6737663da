#pragma once
#include "control/cycle_costs.h"
#include "kernel/param.h"

namespace viosim::control {

struct ControlProcessorParams {
  Param<Frequency> frequency, timer_clock;
  Param<Cycles> base, load, store, multiply, divide, taken, trap;
  Param<Count> quantum;

  explicit ControlProcessorParams(ParamReader& in)
      : frequency(in.get<Frequency>("frequency", "clock of the processor")),
        timer_clock(in.get<Frequency>("timer_clock", "what mtime counts", 1, 10'000'000'000)),
        base(in.get<Cycles>("base", "of any instruction", 1, 10'000)),
        load(in.get<Cycles>("load", "a load: more than base", 0, 10'000)),
        store(in.get<Cycles>("store", "a store: more than base", 0, 10'000)),
        multiply(in.get<Cycles>("multiply", "a multiplication: more than base", 0, 10'000)),
        divide(in.get<Cycles>("divide", "a division: more than base", 0, 10'000)),
        taken(in.get<Cycles>("taken", "a jump or a taken branch: more than base", 0, 10'000)),
        trap(in.get<Cycles>("trap", "entering a handler", 1, 10'000)),
        quantum(in.get<Count>("quantum", "steps between two looks at interrupts", 1, 1'000'000)) {}

  CycleCosts costs() const {
    const auto of = [](const Param<Cycles>& p) { return static_cast<std::uint16_t>(p->raw()); };
    return {of(base), of(load), of(store), of(multiply), of(divide), of(taken), of(trap)};
  }
};

}  // namespace viosim::control
