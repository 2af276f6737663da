#include "platform/writer_manifest.h"

#include <boost/version.hpp>
#include <fmt/core.h>
#include <sys/utsname.h>
#include <systemc>
#include <toml++/impl/version.h>

#include <algorithm>

#include "platform/result_format.h"
#include "platform/result_json.h"

namespace viosim::platform {
namespace {

Json tools() {
#ifdef __clang__
  const std::string compiler = std::string("clang++ ") + __clang_version__;
#else
  const std::string compiler = std::string("g++ ") + __VERSION__;
#endif
  return {{"compiler", compiler},
          {"systemc", sc_core::sc_version_string},
          {"boost", fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
          {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
          {"nlohmann_json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                                        NLOHMANN_JSON_VERSION_PATCH)},
          {"tomlplusplus", fmt::format("{}.{}.{}", TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH)}};
}

Json seconds(std::int64_t ns) { return static_cast<double>(ns / 1'000'000) / 1000.0; }

}  // namespace

std::string manifest_text(const ResultSet& results, std::chrono::nanoseconds wall, int jobs) {
  utsname system{};
  uname(&system);
  std::int64_t events = 0, busy = 0;
  Json points = Json::array();
  for (const PointResult& p : results.points) {
    events += p.events;
    busy += p.wall_ns;
    Json labels = Json::object();
    for (const auto& [axis, label] : p.labels) labels[axis] = label;
    points.push_back({{"labels", std::move(labels)}, {"digest", p.digest}, {"events", p.events},
                      {"wall_seconds", seconds(p.wall_ns)}});
  }
  const Json manifest = {{"viosim", VIOSIM_VERSION},
                         {"run", results.run},
                         {"seed", results.seed},
                         {"tools", tools()},
                         {"host", {{"system", std::string(system.sysname) + " " + system.release},
                                   {"machine", system.machine}, {"jobs", jobs}}},
                         {"wall_seconds", seconds(wall.count())},
                         {"events", events},
                         {"events_per_second", busy > 0 ? scaled(events, 1'000'000'000, busy) : 0},
                         {"points", std::move(points)}};
  return to_file_text(manifest);
}

}  // namespace viosim::platform
