// What g++ watches to learn which code runs: one point of a run, in this process, so that its counts are written
// at the end.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform/catalogue.h"
#include "platform/scenario.h"
#include "platform/simulate.h"

namespace viosim::platform {
namespace {

bool has(const Point& point, const std::string& label) {
  return std::any_of(point.labels.begin(), point.labels.end(),
                     [&](const auto& axis) { return axis.first + "=" + axis.second == label; });
}

const Point& choose(std::span<const Point> points, std::span<char* const> labels) {
  for (const Point& point : points) {
    if (std::all_of(labels.begin(), labels.end(), [&](const char* label) { return has(point, label); })) return point;
  }
  throw std::runtime_error("no point with these labels");
}

}  // namespace
}  // namespace viosim::platform

int main(int argc, char** argv) {
  using namespace viosim::platform;
  const std::span<char* const> arguments(argv, static_cast<std::size_t>(argc));
  if (argc < 4) {
    std::fprintf(stderr, "usage: viosim_training SCENARIOS RUN ITERATIONS [AXIS=LABEL ...]\n");
    return 2;
  }
  try {
    const RunFile run = RunFile::load(arguments[1], arguments[2]);
    const std::vector<Point> points = run.points();
    const std::vector<Override> changes = {Override::parse("workload.iterations=" + std::string(arguments[3]), 1)};
    Scenario scenario(run, choose(points, arguments.subspan(4)), changes, catalogue());
    simulate(scenario, {});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "viosim_training: %s: %s\n", arguments[2], error.what());
    return 3;
  }
}
