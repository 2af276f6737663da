// Every scenario file that viosim comes with can be used.
#include <catch2/catch.hpp>

#include <set>

#include "platform/catalogue.h"
#include "platform/scenario.h"
#include "platform/scenario_sources.h"

using namespace viosim;
using namespace viosim::platform;

namespace {

const ScenarioFiles kFiles(VIOSIM_SOURCE "/scenarios");
const Position kHere{"this test", 1, 1};

/// A part as its kind's reader takes it.
class PartReader : public ParamReader {
 public:
  explicit PartReader(const Instance& part) : part_(part) {}
  std::set<std::string> read_keys;

 protected:
  ParamValue read(const ParamSpec& spec) override {
    const std::string key(spec.key);
    INFO(part_.kind.name << " " << key);
    const auto at = part_.params.find(key);
    if (at == part_.params.end()) throw std::runtime_error("the part lacks " + key);
    read_keys.insert(key);
    return resolve(at->second, spec, key);
  }

 private:
  const Instance& part_;
};

}  // namespace

TEST_CASE("Every part gives its kind every parameter and nothing else", "[system][unit]") {
  const Sources sources = load_sources(kFiles);
  CHECK_FALSE(sources.empty());
  const std::vector<std::string> names = kFiles.names("parts");
  CHECK(names.size() >= 25);
  for (const std::string& name : names) {
    INFO(name);
    const Table file = kFiles.load("parts", name, kHere, "part");
    const Instance part = read_instance(file, "", {Layer::part, &sources, {Origin::assumed, "", ""}});
    const auto kind = catalogue().find(part.kind.name);
    REQUIRE(kind != catalogue().end());
    CHECK(part.children.empty());
    PartReader reader(part);
    CHECK_NOTHROW(kind->second.params(reader));
    CHECK(reader.read_keys.size() == part.params.size());
    for (const auto& [key, entry] : part.params) {
      INFO(key);
      CHECK(reader.read_keys.count(key) == 1);
      CHECK((entry.source.ref.empty() || sources.count(entry.source.ref) == 1));
      if (entry.source.origin == Origin::assumed || entry.source.origin == Origin::recalled)
        CHECK((entry.range.size() == 2 || entry.value.form == Value::Form::boolean ||
               entry.value.form == Value::Form::text));
    }
  }
}

TEST_CASE("Every exit table of the six processors is a part", "[system][unit]") {
  for (const char* name : {"prescott", "merom", "penryn", "nehalem", "westmere", "sandy-bridge"})
    CHECK_NOTHROW(kFiles.load("parts", std::string("exits-") + name, kHere, "part"));
}

TEST_CASE("Every run loads and every point of it is a valid scenario", "[system][unit]") {
  const std::vector<std::string> runs = kFiles.names("runs");
  CHECK(runs.size() >= 3);
  for (const std::string& name : runs) {
    const RunFile run = RunFile::load(kFiles.root(), name);
    std::set<std::string> labels;
    for (const Point& point : run.points()) {
      std::string label;
      for (const auto& [axis, text] : point.labels) label += axis + "=" + text + ";";
      INFO(name << " " << label);
      CHECK(labels.insert(label).second);
      CHECK_NOTHROW(Scenario(run, point, {}, catalogue()));
    }
    CHECK(labels.size() == run.points().size());
  }
}

TEST_CASE("Every system is used by a run", "[system][unit]") {
  std::set<std::string> used;
  for (const std::string& name : kFiles.names("runs")) used.insert(RunFile::load(kFiles.root(), name).system());
  for (const std::string& name : kFiles.names("systems")) {
    INFO(name);
    CHECK(used.count(name) == 1);
  }
}
