// Published measurements that a result is compared with, as rows of a CSV file.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/result.h"

namespace viosim::platform {

/// What a row is for: `validate` rows are judged, `calibrate` rows were used to set a parameter and `compare`
/// rows are shown; neither of the two counts.
enum class ReferenceUse : std::uint8_t { validate, calibrate, compare };

struct ReferenceRow {
  std::string system, metric;
  std::optional<std::int64_t> bytes;  ///< of a message; none: any
  std::string value, unit;  ///< as published: "0.98", "us"
  std::string group;
  ReferenceUse use;
  Labels at = {};  ///< of the point it belongs to
};

/// Columns system,metric,value,unit,group,use and one or both of bytes and at ("window=64 KB; cache=cold"), in any order;
/// lines that start with # are comments. Throws ResultError with `name`, line and what was expected.
std::vector<ReferenceRow> read_reference(std::string_view text, const std::string& name);

/// A published number in the raw unit of a metric ("ps", "bit/s", "1/s" or the unit itself) with `decimals`.
/// Throws ResultError for units that do not convert.
std::int64_t convert(const std::string& value, const std::string& unit, const std::string& metric_unit, int decimals);

}  // namespace viosim::platform
