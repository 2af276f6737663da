// Histogram: exact values as long as there are few, logarithmic buckets from then on. Percentiles are by
// nearest rank: exact below the bound, within 1/128 of the value above it. Integers only: the same bytes
// with every compiler.
#pragma once
#include <cstdint>
#include <vector>

namespace viosim {

class Histogram {
 public:
  /// Keeps up to `bound` values as they are.
  explicit Histogram(std::size_t bound = 65'536) : bound_(bound) {}

  /// Values are at least 0, else std::invalid_argument.
  void add(std::int64_t value);
  std::int64_t count() const { return count_; }
  std::int64_t min() const { return min_; }   ///< 0 when empty
  std::int64_t max() const { return max_; }
  std::int64_t sum() const { return sum_; }
  bool exact() const { return buckets_.empty(); }
  /// The value of rank ceil(count * part / whole), the lowest for 0: percentile(999, 1000) is p99.9. 0 when
  /// empty; std::invalid_argument unless 0 <= part <= whole and whole > 0.
  std::int64_t percentile(std::int64_t part, std::int64_t whole = 100) const;

  /// Bucket of a value, and the value that stands for a bucket (its middle).
  static std::size_t bucket_of(std::int64_t value);
  static std::int64_t middle_of(std::size_t bucket);

 private:
  /// Values below 2^7 have a bucket each; each power of two above is split into 2^6.
  static constexpr unsigned kSplit = 6;
  std::size_t bound_;
  mutable std::vector<std::int64_t> values_;
  mutable bool sorted_ = true;
  std::vector<std::int64_t> buckets_;
  std::int64_t count_ = 0, min_ = 0, max_ = 0, sum_ = 0;
};

}  // namespace viosim
