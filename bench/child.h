// A measurement in a process of its own: SystemC allows one simulation a process.
#pragma once
#include <benchmark/benchmark.h>

#include <functional>
#include <string>

namespace viosim::bench {

/// What a measurement answers: things done, and the seconds of host time they took.
struct Rate {
  double items = 0, seconds = 0;
};

/// Runs `work` in a forked child. Throws std::runtime_error if the child fails.
Rate in_child(const std::function<Rate()>& work);
/// Runs a program that prints "items seconds".
Rate of_program(const std::string& command);

/// Each iteration of `state` is what `what` measures.
inline void rate_of(benchmark::State& state, const std::function<Rate()>& what) {
  for (auto _ : state) {
    const Rate rate = what();
    state.SetIterationTime(rate.seconds);
    state.counters["per_second"] = rate.items / rate.seconds;
  }
}

}  // namespace viosim::bench
