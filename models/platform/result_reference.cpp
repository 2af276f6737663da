#include "platform/result_reference.h"

#include <algorithm>
#include <array>
#include <map>

#include "platform/result_format.h"
#include "platform/result_set.h"

namespace viosim::platform {
namespace {

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') fields.back() += line[++i];
    else if (c == '"') quoted = !quoted;
    else if (c == ',' && !quoted) fields.emplace_back();
    else fields.back() += c;
  }
  return fields;
}

const std::array<std::string, 6> kColumns = {"system", "metric", "value", "unit", "group", "use"};

/// "window=64 KB; cache=cold"
Labels labels_of(std::string_view text, const std::string& place) {
  Labels labels;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const std::size_t equals = pair.find('='), first = pair.find_first_not_of(' ');
    if (equals == std::string_view::npos || equals == first || equals + 1 == pair.size())
      throw ResultError(place + ": at is '" + std::string(pair) + "'; expected axis=label; axis=label");
    labels.emplace_back(pair.substr(first, equals - first), pair.substr(equals + 1));
  }
  return labels;
}

ReferenceUse use_of(const std::string& text, const std::string& place) {
  if (text == "validate") return ReferenceUse::validate;
  if (text == "calibrate") return ReferenceUse::calibrate;
  if (text == "compare") return ReferenceUse::compare;
  throw ResultError(place + ": use is '" + text + "'; expected validate, calibrate or compare");
}

/// Unit as published, unit of the metric, and how many of the latter one of the former is.
struct Conversion {
  const char *from, *to;
  std::int64_t factor;
};
constexpr std::array<Conversion, 12> kConversions = {{{"ps", "ps", 1},
                                                      {"ns", "ps", 1'000},
                                                      {"us", "ps", 1'000'000},
                                                      {"ms", "ps", 1'000'000'000},
                                                      {"s", "ps", 1'000'000'000'000},
                                                      {"bit/s", "bit/s", 1},
                                                      {"Mb/s", "bit/s", 1'000'000},
                                                      {"Gb/s", "bit/s", 1'000'000'000},
                                                      {"1/s", "1/s", 1},
                                                      {"M/s", "1/s", 1'000'000},
                                                      {"Mpps", "1/s", 1'000'000},
                                                      {"k/s", "1/s", 1'000}}};

}  // namespace

std::vector<ReferenceRow> read_reference(std::string_view text, const std::string& name) {
  std::vector<ReferenceRow> rows;
  std::map<std::string, std::size_t> column;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const std::string place = name + ":" + std::to_string(number);
    const std::vector<std::string> fields = split(line);
    if (column.empty()) {
      for (std::size_t i = 0; i < fields.size(); ++i) column[fields[i]] = i;
      for (const std::string& wanted : kColumns)
        if (column.count(wanted) == 0) throw ResultError(place + ": the column '" + wanted + "' is missing");
      if (column.count("bytes") + column.count("at") == 0)
        throw ResultError(place + ": the column 'bytes' or 'at' is missing");
      if (column.size() != kColumns.size() + column.count("bytes") + column.count("at"))
        throw ResultError(place + ": there are columns beside the expected ones");
      continue;
    }
    if (fields.size() != column.size())
      throw ResultError(place + ": " + std::to_string(fields.size()) + " fields; expected " + std::to_string(column.size()));
    std::optional<std::int64_t> bytes;
    if (column.count("bytes") != 0) {
      bytes = parse_decimal(fields[column["bytes"]], 1);
      if (!bytes || *bytes < 0) throw ResultError(place + ": bytes is no whole number");
    }
    if (!parse_decimal(fields[column["value"]], 1)) throw ResultError(place + ": value is no decimal number");
    rows.push_back({fields[column["system"]], fields[column["metric"]], bytes, fields[column["value"]],
                    fields[column["unit"]], fields[column["group"]], use_of(fields[column["use"]], place),
                    column.count("at") != 0 ? labels_of(fields[column["at"]], place) : Labels{}});
  }
  return rows;
}

std::int64_t convert(const std::string& value, const std::string& unit, const std::string& metric_unit,
                     int decimals) {
  const auto it = std::find_if(kConversions.begin(), kConversions.end(),
                               [&](const Conversion& c) { return unit == c.from && metric_unit == c.to; });
  if (it == kConversions.end() && unit != metric_unit)
    throw ResultError("a reference in '" + unit + "' cannot be compared with a metric in '" + metric_unit + "'");
  const std::int64_t factor = it == kConversions.end() ? 1 : it->factor;
  const auto raw = parse_decimal(value, factor * power_of_ten(decimals));
  if (!raw) throw ResultError("the reference value '" + value + " " + unit + "' is no number in range");
  return *raw;
}

}  // namespace viosim::platform
