#include <catch2/catch.hpp>

#include "support/json_schema.h"
#include "support/sample_result.h"
#include "platform/result_json.h"
#include "platform/writer.h"

using namespace viosim;
using namespace viosim::platform;

namespace {

test::JsonSchema schema() {
  return test::JsonSchema(Json::parse(read_file(VIOSIM_SOURCE "/models/platform/result.schema.json")));
}

}  // namespace

TEST_CASE("A point survives the way from the child to its parent", "[platform][unit]") {
  const PointResult point = test::sample_point("vrdma", 64, 3'000'000);
  CHECK(from_wire(to_wire(point)) == point);
}

TEST_CASE("A result survives its file, but for what stands in other files", "[platform][unit]") {
  ResultSet results = test::sample_results();
  const ResultSet again = from_json(Json::parse(to_file_text(to_json(results))));
  for (PointResult& p : results.points) {
    p.resolved_toml.clear();
    p.events = p.wall_ns = 0;
  }
  CHECK(again == results);
}

TEST_CASE("The document holds to its schema", "[platform][unit]") {
  CHECK(schema().complaints(to_json(test::sample_results())).empty());
}

TEST_CASE("The schema is no rubber stamp", "[platform][unit]") {
  const Json sound = to_json(test::sample_results());
  const auto complaints_after = [&](auto change) {
    Json copy = sound;
    change(copy);
    return schema().complaints(copy);
  };
  using List = std::vector<std::string>;
  CHECK(complaints_after([](Json& j) { j.erase("seed"); }) == List{"$.seed: missing"});
  CHECK(complaints_after([](Json& j) { j["points"][0]["extra"] = 1; }) == List{"$.points[0].extra: unknown"});
  CHECK(complaints_after([](Json& j) { j["points"][1]["stack"][0]["kind"] = "idle"; }) ==
        List{"$.points[1].stack[0].kind: is none of the choices"});
  CHECK(complaints_after([](Json& j) { j["points"][0]["elapsed"] = -1; }) ==
        List{"$.points[0].elapsed: is too small"});
  CHECK(complaints_after([](Json& j) { j["points"][0]["labels"]["path"] = 3; }) ==
        List{"$.points[0].labels.path: is no string"});
}

TEST_CASE("Residual and shares follow from the stack", "[platform][unit]") {
  PointResult p = test::sample_point("native", 2, 0);
  CHECK(p.residual() == 0);
  CHECK(p.lumped() == 400'000'000);
  CHECK(p.resting_on("assumed") == 400'000'000);
  p.elapsed += 5;
  CHECK(p.residual() == 5);
}

TEST_CASE("What is no result is refused with a reason", "[platform][unit]") {
  CHECK_THROWS_WITH(from_json(Json::parse("{}")), Catch::Contains("no result of viosim"));
  Json newer = to_json(test::sample_results());
  newer["schema_version"] = 99;
  CHECK_THROWS_WITH(from_json(newer), Catch::Contains("schema version 99"));
  CHECK_THROWS_AS(from_wire("garbage"), ResultError);
}
