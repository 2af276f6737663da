#include <catch2/catch.hpp>

#include "platform/result_compare.h"
#include "platform/result_sensitivity.h"
#include "platform/result_validation.h"
#include "support/sample_result.h"

using namespace viosim;
using namespace viosim::platform;

TEST_CASE("Equal results do not differ, a changed one does where it was changed", "[platform][unit]") {
  const ResultSet before = test::sample_results();
  ResultSet after = before;
  for (const Difference& d : compare(before, after).differences) CHECK(d.within(0));
  after.points[2].metrics[0].value += after.points[2].metrics[0].value / 100;  // 1 %
  int outside = 0;
  for (const Difference& d : compare(before, after).differences) {
    outside += d.within(0) ? 0 : 1;
    CHECK(d.within(10'000));
    CHECK(d.within(9'000) == d.within(0));
  }
  CHECK(outside == 1);
}

TEST_CASE("What only one result has is missing, not equal", "[platform][unit]") {
  const ResultSet before = test::sample_results();
  ResultSet after = before;
  after.points.pop_back();
  after.points[0].metrics.pop_back();
  CHECK(compare(before, after).missing.size() == 2);
  CHECK(compare(after, before).missing.size() == 2);
  const Difference fresh{"p", "stack VmExit", "ps", 3, 0, 5};
  CHECK_FALSE(fresh.relative().has_value());
  CHECK_FALSE(fresh.within(1'000'000'000));
}

TEST_CASE("Effects are ranked, their root sum of squares is the range", "[platform][unit]") {
  const Metric headline{"latency", "half round trip", "ps", 0, 1'000'000, 1};
  const Sensitivity s(
      "sample", {{"path", "vrdma"}}, headline,
      {{{{"a.small"}, "1 ns", "0 ns", "2 ns", "recalled", "x"}, 1'000'000 - 3'000, 1'000'000 + 3'000},
       {{{"a.none"}, "1 ns", "0 ns", "2 ns", "assumed", ""}, 1'000'000, 1'000'000},
       {{{"a.big", "b.big"}, "1 ns", "0 ns", "2 ns", "assumed", ""}, 1'000'000 + 4'000, 1'000'000 - 4'000}});
  CHECK(s.effects().front().variation.parameters.front() == "a.big");
  CHECK(s.below() == 5'000);
  CHECK(s.above() == 5'000);
  CHECK(s.assumed_share() == 640'000);
  CHECK_THAT(s.text(), Catch::Contains("a.big (and 1 more)") && Catch::Contains("no effect here: 1.") &&
                           Catch::Contains("0.995 to 1.005 us; 64.0 %"));
}

TEST_CASE("An effect to one side only widens the range on that side", "[platform][unit]") {
  const Metric headline{"latency", "half round trip", "ps", 0, 1'000, 1};
  const Sensitivity s("sample", {}, headline, {{{{"a"}, "1", "0", "2", "assumed", ""}, 1'300, 1'400}});
  CHECK(s.below() == 0);
  CHECK(s.above() == 400);
}

namespace {

const char* kReference =
    "system,metric,bytes,value,unit,group,use\n"
    "set b,write,2,0.500,us,small,validate\n"
    "set b,write,64,0.629,us,small,validate\n"
    "set b,write,128,1,us,small,compare\n"
    "\"other, system\",write,2,1,us,small,validate\n"
    "set b,bandwidth,2,1,Gb/s,rate,validate\n";

const std::vector<ResultSet> kSample{test::sample_results()};

ValidationSpec spec(std::int64_t median, std::int64_t max) {
  ValidationSpec s{"title", {"sample"}, "file.csv", "set b", {}, {}};
  s.metrics["write"] = {"latency", {{"path", "native"}}};
  s.groups["small"] = {median, max};
  return s;
}

}  // namespace

TEST_CASE("A validation judges each row and each group's median", "[platform][unit]") {
  const auto rows = read_reference(kReference, "file.csv");
  REQUIRE(rows.size() == 5);
  CHECK(rows[3].system == "other, system");
  const Validation good(spec(50'000, 120'000), rows, kSample);
  CHECK(good.passed());
  REQUIRE(good.rows().size() == 3);
  CHECK(good.rows()[0].error == 8'000);  // 0.504 us for 0.500 us
  CHECK(good.rows()[1].error == -1'590);
  CHECK_FALSE(good.rows()[2].error.has_value());
  CHECK(good.median("small") == 4'795);
  CHECK_THAT(good.text(), Catch::Contains("+0.8 %") && Catch::Contains("not compared: bandwidth") &&
                              Catch::Contains("verdict: within the limits"));
  CHECK_FALSE(Validation(spec(4'794, 120'000), rows, kSample).passed());
  CHECK_FALSE(Validation(spec(50'000, 7'999), rows, kSample).passed());
}

TEST_CASE("Rows may name their point, and are judged together", "[platform][unit]") {
  const auto rows = read_reference("system,metric,at,value,unit,group,use\n"
                                   "set b,write,path=native; size=2 B,0.500,us,small,validate\n"
                                   "set b,write,path=native; size=64 B,0.400,us,small,validate\n"
                                   "set b,tail,path=native; size=2 B,0.500,us,small,compare\n", "file.csv");
  ValidationSpec s = spec(500'000, 1'000'000);
  s.groups["small"].max = {};
  s.metrics["tail"] = {"latency", {}, "sample", "p99_9"};
  s.overall = OverallLimits{500'000, 10'000, 500'000};
  const Validation half(s, rows, kSample);
  CHECK(half.passed());
  CHECK(half.rows()[0].error == 8'000);
  CHECK(half.rows()[1].error == 570'000);  // 0.628 us for 0.400 us
  CHECK(half.rows()[2].shape.value == half.rows()[2].point->metric("latency")->spread->p99_9);
  CHECK(half.overall_median() == 289'000);
  CHECK(half.share_within() == 500'000);
  CHECK_THAT(half.text(), Catch::Contains("worst points") && Catch::Contains("size=64 B: +57.0 %"));
  s.overall->share = 500'001;
  CHECK_FALSE(Validation(s, rows, kSample).passed());
  s.overall = OverallLimits{288'999, 10'000, 500'000};
  CHECK_FALSE(Validation(s, rows, kSample).passed());
  s.metrics["write"].run = "another";
  CHECK_THROWS_WITH(Validation(s, rows, kSample), Catch::Contains("nothing would be checked"));
}

TEST_CASE("A judged row without a prediction fails, a validation without judged rows is an error",
          "[platform][unit]") {
  auto rows = read_reference(kReference, "file.csv");
  rows[2].use = ReferenceUse::validate;
  const Validation missing(spec(50'000, 120'000), rows, kSample);
  CHECK_FALSE(missing.passed());
  CHECK_THAT(missing.text(), Catch::Contains("NOT PREDICTED"));
  for (ReferenceRow& r : rows) r.use = ReferenceUse::calibrate;
  CHECK_THROWS_WITH(Validation(spec(1, 1), rows, kSample),
                    Catch::Contains("nothing would be checked"));
}

TEST_CASE("A broken reference names file and line", "[platform][unit]") {
  CHECK_THROWS_WITH(read_reference("a,b\n1,2\n", "f.csv"), Catch::Contains("f.csv:1"));
  const std::string head = "system,metric,bytes,value,unit,group,use\n";
  CHECK_THROWS_WITH(read_reference(head + "# why\ns,m,2,x,us,g,validate\n", "f.csv"),
                    Catch::Contains("f.csv:3: value"));
  CHECK_THROWS_WITH(read_reference(head + "s,m,2,1,us,g,judge\n", "f.csv"), Catch::Contains("f.csv:2: use"));
  CHECK_THROWS_WITH(read_reference("system,metric,at,value,unit,group,use\ns,m,size,1,us,g,validate\n", "f.csv"),
                    Catch::Contains("f.csv:2: at is 'size'"));
  CHECK_THROWS_WITH(convert("1", "kg", "ps", 0), Catch::Contains("cannot be compared"));
}
