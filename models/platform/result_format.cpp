#include "platform/result_format.h"

#include <algorithm>
#include <limits>

namespace viosim::platform {
namespace {

__extension__ using Wide = __int128;

Wide rounded(Wide numerator, Wide denominator) {
  const Wide half = denominator / 2;
  return numerator < 0 ? -((-numerator + half) / denominator) : (numerator + half) / denominator;
}

std::string digits(Wide n) {
  std::string text;
  do text.push_back(static_cast<char>('0' + static_cast<int>(n % 10)));
  while ((n /= 10) > 0);
  std::reverse(text.begin(), text.end());
  return text;
}

}  // namespace

std::int64_t power_of_ten(int n) {
  std::int64_t power = 1;
  while (n-- > 0) power *= 10;
  return power;
}

std::int64_t scaled(std::int64_t numerator, std::int64_t factor, std::int64_t denominator) {
  return static_cast<std::int64_t>(rounded(static_cast<Wide>(numerator) * factor, denominator));
}

std::string fixed(std::int64_t numerator, std::int64_t denominator, int decimals) {
  Wide value = rounded(static_cast<Wide>(numerator) * power_of_ten(decimals), denominator);
  const bool negative = value < 0;
  if (negative) value = -value;
  std::string text = digits(value);
  const auto places = static_cast<std::size_t>(decimals);
  if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
  if (places > 0) text.insert(text.size() - places, 1, '.');
  return negative ? "-" + text : text;
}

std::optional<std::int64_t> parse_decimal(std::string_view text, std::int64_t factor) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  Wide mantissa = 0, divisor = 1;
  bool point = false, any = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      if (mantissa > std::numeric_limits<std::int64_t>::max() / 100) return std::nullopt;
      any = true;
      mantissa = mantissa * 10 + (c - '0');
      if (point) divisor *= 10;
    } else {
      return std::nullopt;
    }
  }
  const Wide value = rounded(mantissa * factor, divisor);
  if (!any || value > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return static_cast<std::int64_t>(negative ? -value : value);
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace viosim::platform
