// Decimal text out of integers, exactly: no floating point, so that every compiler writes the same bytes.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace viosim::platform {

/// `numerator / denominator` with `decimals` places, halves away from zero. `denominator` is positive.
std::string fixed(std::int64_t numerator, std::int64_t denominator, int decimals);

/// `numerator * factor / denominator` rounded, halves away from zero; no overflow in between.
std::int64_t scaled(std::int64_t numerator, std::int64_t factor, std::int64_t denominator);

/// 10 to the power `n`, 0 <= n <= 18.
std::int64_t power_of_ten(int n);

/// The plain decimal `text` ("-1.25") times `factor`, rounded to an integer; none if it is no such number or
/// does not fit.
std::optional<std::int64_t> parse_decimal(std::string_view text, std::int64_t factor);

/// A CSV field: quoted when it holds a comma, a quote or a line end.
std::string csv_field(std::string_view text);

}  // namespace viosim::platform
