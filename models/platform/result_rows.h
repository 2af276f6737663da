// The rows in which a point accounts for its time: the stack of its operations, and the books of its sites.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace viosim::platform {

/// How time passed in a span. `delay` is a pipelined delay: nobody was held up by it.
enum class StackKind : std::uint8_t { served, blocked, queued, delay };

/// One (site, cause, kind) of the operations' critical paths.
struct StackRow {
  std::string site, cause;
  StackKind kind = StackKind::served;
  std::int64_t ps = 0;           ///< over all operations of the point
  std::int64_t occurrences = 0;  ///< spans, over all operations
  std::string basis;             ///< origin of the weakest source behind it ("spec" .. "assumed", "override")
  bool operator==(const StackRow&) const = default;
};

/// The law of sites: served + blocked + idle = capacity x window, served = critical + slack + background.
/// All in ps.
struct SiteRow {
  std::string site;
  std::int64_t capacity = 1, window = 0;
  std::int64_t served = 0, blocked = 0, idle = 0;
  std::int64_t critical = 0, slack = 0, background = 0;
  std::vector<std::pair<std::string, std::int64_t>> causes = {};  ///< served by cause; sums up to served
  bool operator==(const SiteRow&) const = default;
  /// What the law leaves over; 0 in a sound run.
  std::int64_t residual() const { return capacity * window - served - blocked - idle; }
};

}  // namespace viosim::platform
