#include "kernel/histogram.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "kernel/quantity.h"

namespace viosim {

std::size_t Histogram::bucket_of(std::int64_t value) {
  const auto v = static_cast<std::uint64_t>(value);
  if (v < (2u << kSplit)) return static_cast<std::size_t>(v);
  const unsigned shift = static_cast<unsigned>(std::bit_width(v)) - 1 - kSplit;  // at least 1
  return static_cast<std::size_t>((static_cast<std::uint64_t>(shift) << kSplit) + (v >> shift));
}

std::int64_t Histogram::middle_of(std::size_t bucket) {
  if (bucket < (2u << kSplit)) return static_cast<std::int64_t>(bucket);
  const std::uint64_t shift = (bucket >> kSplit) - 1;
  const std::uint64_t low = ((bucket & ((1u << kSplit) - 1)) + (1u << kSplit)) << shift;
  return static_cast<std::int64_t>(low + (std::uint64_t{1} << shift) / 2);
}

void Histogram::add(std::int64_t value) {
  if (value < 0) throw std::invalid_argument("histogram: a value below 0");
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = std::max(max_, value);
  sum_ += value;
  ++count_;
  if (exact() && values_.size() < bound_) {
    sorted_ = sorted_ && (values_.empty() || values_.back() <= value);
    values_.push_back(value);
    return;
  }
  if (exact()) {
    buckets_.assign(bucket_of(INT64_MAX) + 1, 0);
    for (const std::int64_t v : values_) ++buckets_[bucket_of(v)];
    values_ = {};
  }
  ++buckets_[bucket_of(value)];
}

std::int64_t Histogram::percentile(std::int64_t part, std::int64_t whole) const {
  if (part < 0 || whole <= 0 || part > whole) throw std::invalid_argument("histogram: no such percentile");
  if (count_ == 0) return 0;
  const std::int64_t rank = std::max<std::int64_t>(1, scale_up(count_, part, whole));
  if (exact()) {
    if (!sorted_) std::sort(values_.begin(), values_.end());
    sorted_ = true;
    return values_[static_cast<std::size_t>(rank - 1)];
  }
  std::int64_t seen = 0;
  std::size_t b = 0;
  while ((seen += buckets_[b]) < rank) ++b;
  return std::clamp(middle_of(b), min_, max_);
}

}  // namespace viosim
