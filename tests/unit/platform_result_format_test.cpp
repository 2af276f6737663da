#include <catch2/catch.hpp>

#include "platform/result_format.h"

using namespace viosim::platform;

TEST_CASE("Decimals come out of integers exactly, halves away from zero", "[platform][unit]") {
  CHECK(fixed(1, 3, 3) == "0.333");
  CHECK(fixed(2, 3, 3) == "0.667");
  CHECK(fixed(5, 10, 0) == "1");
  CHECK(fixed(-5, 10, 0) == "-1");
  CHECK(fixed(-1, 1000, 3) == "-0.001");
  CHECK(fixed(0, 7, 2) == "0.00");
  CHECK(fixed(9'223'372'036'854'775'807, 1, 3) == "9223372036854775807.000");
}

TEST_CASE("Published decimals become raw integers without a detour over floating point", "[platform][unit]") {
  CHECK(parse_decimal("0.98", 1'000'000) == 980'000);
  CHECK(parse_decimal("-1.5", 10) == -15);
  CHECK(parse_decimal("30.7", 1'000'000'000) == 30'700'000'000);
  for (const char* wrong : {"", "-", "1e3", "1.2.3", "nan", " 1", "99999999999999999999"})
    CHECK_FALSE(parse_decimal(wrong, 1).has_value());
}

TEST_CASE("Fields of a CSV line are quoted only when they must be", "[platform][unit]") {
  CHECK(csv_field("2 B") == "2 B");
  CHECK(csv_field("a,b") == "\"a,b\"");
  CHECK(csv_field("a\"b") == "\"a\"\"b\"");
}
