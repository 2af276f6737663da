#include <catch2/catch.hpp>

#include "../support/literal_params.h"
#include "platform/did_you_mean.h"
#include "platform/units.h"

using namespace viosim;
using namespace viosim::platform;

namespace {

std::string complaint(Dimension dimension, std::string_view text) {
  try {
    parse_quantity(dimension, text);
  } catch (const UnitError& error) {
    return error.what();
  }
  return "accepted";
}

struct SampleParams {
  Param<Count> lanes;
  Param<Duration> propagation;
  Param<double> share;
  Param<bool> enabled;
  Param<std::string> mode;
  explicit SampleParams(ParamReader& in)
      : lanes(in.get<Count>("lanes", "lanes", 1, 16)), propagation(in.get<Duration>("propagation", "one way")),
        share(in.get<double>("share", "share", 0, 1)), enabled(in.get<bool>("enabled", "enabled")),
        mode(in.choice("mode", "mode", {"poll", "event"})) {}
};

}  // namespace

TEST_CASE("texts with units become exact raw numbers", "[platform][unit]") {
  struct Row {
    Dimension dimension;
    std::string_view text;
    std::int64_t raw;
  };
  const auto row = GENERATE(
      Row{Dimension::duration, "5 ns", 5'000}, Row{Dimension::duration, "0.1 ns", 100},
      Row{Dimension::duration, "1.234567 us", 1'234'567}, Row{Dimension::duration, "2 s", 2'000'000'000'000},
      Row{Dimension::duration, "0.000000000001 s", 1}, Row{Dimension::duration, "5ns", 5'000},
      Row{Dimension::duration, "1.50000000000000000000000000000000000000 ms", 1'500'000'000},
      Row{Dimension::bytes, "0 B", 0}, Row{Dimension::bytes, "1.5 KB", 1'536},
      Row{Dimension::bytes, "2 MiB", 2 << 20}, Row{Dimension::bytes, "9223372036854775807 B", INT64_MAX},
      Row{Dimension::bit_rate, "31.5 Gb/s", 31'500'000'000}, Row{Dimension::bit_rate, "1 GB/s", 8'000'000'000},
      Row{Dimension::frequency, "2.67 GHz", 2'670'000'000}, Row{Dimension::cycles, "761 cycles", 761},
      Row{Dimension::cycles, "1 cycle", 1}, Row{Dimension::count, "8", 8}, Row{Dimension::duration, "-3 ns", -3'000});
  INFO(row.text);
  CHECK(parse_quantity(row.dimension, row.text) == row.raw);
}

TEST_CASE("texts that are no value of the dimension say what was expected", "[platform][unit]") {
  const std::string duration = "expected a duration such as \"5 ns\" (ps, ns, us, ms, s)";
  CHECK(complaint(Dimension::duration, "5 KB") == "\"5 KB\" is a number of bytes, not a duration; " + duration);
  CHECK(complaint(Dimension::duration, "5") == "\"5\" has no unit; " + duration);
  CHECK(complaint(Dimension::duration, "") == "\"\" does not start with a number; " + duration);
  CHECK(complaint(Dimension::duration, "5 parsec") == "\"5 parsec\" has the unknown unit \"parsec\"; " + duration);
  CHECK(complaint(Dimension::duration, "0.5 ps") == "\"0.5 ps\" is finer than 1 ps, the smallest step; " + duration);
  CHECK(complaint(Dimension::duration, "9223373 s") == "\"9223373 s\" is too large: 2^63 ps or more; " + duration);
  CHECK(complaint(Dimension::bytes, "9223372036854775808 B").find("is too large: 2^63 B or more") !=
        std::string::npos);
  CHECK(complaint(Dimension::bytes, "99999999999999999999999999999999999999999999 B").find("too many digits") !=
        std::string::npos);
  CHECK(complaint(Dimension::bit_rate, "0.5 b/s").find("finer than 1 b/s") != std::string::npos);
  CHECK(complaint(Dimension::count, "8.5") == "\"8.5\" is no whole number; expected a plain whole number such as 8");
  CHECK(complaint(Dimension::cycles, "5 ns") ==
        "\"5 ns\" is a duration, not a number of cycles; expected a number of cycles such as \"761 cycles\"");
  CHECK_THROWS_AS(parse_ratio("nan"), UnitError);
  CHECK_THROWS_AS(parse_ratio("1e999"), UnitError);
}

TEST_CASE("raw numbers print in their canonical text and read back", "[platform][unit]") {
  struct Row {
    Dimension dimension;
    std::int64_t raw;
    std::string_view text;
  };
  const auto row = GENERATE(
      Row{Dimension::duration, 5'000, "5 ns"}, Row{Dimension::duration, 0, "0 ps"},
      Row{Dimension::duration, 1'234'567, "1.234567 us"}, Row{Dimension::duration, -1'500, "-1.5 ns"},
      Row{Dimension::bytes, 65'536, "64 KB"}, Row{Dimension::bytes, 1'500, "1500 B"}, Row{Dimension::bytes, 0, "0 B"},
      Row{Dimension::bit_rate, 31'500'000'000, "31.5 Gb/s"}, Row{Dimension::bit_rate, 999, "999 b/s"},
      Row{Dimension::frequency, 2'670'000'000, "2.67 GHz"}, Row{Dimension::cycles, 761, "761 cycles"},
      Row{Dimension::count, 8, "8"}, Row{Dimension::duration, INT64_MAX, "9223372.036854775807 s"});
  CHECK(format_quantity(row.dimension, row.raw) == row.text);
  CHECK(parse_quantity(row.dimension, row.text) == row.raw);
}

TEST_CASE("literal parameters are parsed, bounded and must all be read", "[platform][unit]") {
  const auto build = [](const std::string& key, const std::string& value) {
    LiteralParams in{
        {"lanes", "8"}, {"propagation", "5 ns"}, {"share", "0.25"}, {"enabled", "true"}, {"mode", "poll"}};
    in.set(key, value);
    SampleParams params(in);
    in.check();
    return params;
  };
  const SampleParams good = build("lanes", "4");
  CHECK(good.lanes->raw() == 4);
  CHECK(*good.propagation == nanoseconds(5));
  CHECK(*good.share == 0.25);
  CHECK(*good.enabled);
  CHECK(*good.mode == "poll");
  CHECK(good.lanes.source().ref == "test");
  CHECK_THROWS_WITH(build("lanes", "17"), "literal parameters: lanes: \"17\" is too large; expected 1 to 16");
  CHECK_THROWS_WITH(build("share", "1.5"), "literal parameters: share: \"1.5\" is too large; expected 0 to 1");
  CHECK_THROWS_WITH(build("mode", "pol"), "literal parameters: mode: \"pol\" is no choice; "
                                          "expected one of poll, event; did you mean \"poll\"?");
  CHECK_THROWS_WITH(build("lane", "4"), "literal parameters: nobody read the key lane");
  CHECK_THROWS_WITH(literal<SampleParams>({{"lanes", "4"}}),
                    Catch::Contains("missing key propagation; expected a duration"));
}

TEST_CASE("the nearest word counts slips, and distant words are not proposed", "[platform][unit]") {
  CHECK(edit_distance("propagation", "propagatoin") == 1);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(nearest("propogation", {"lanes", "propagation"}) == "propagation");
  CHECK(nearest("zzz", {"lanes", "propagation"}).empty());
  CHECK(did_you_mean("lane", {"lanes"}) == "; did you mean \"lanes\"?");
}
