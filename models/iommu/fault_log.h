// The fault recording registers: records stay until software takes them; without a free one the overflow flag
// is set and the fault is only counted (Intel VT-d specification, 7.2.1).
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "protocols/translation.h"

namespace viosim::iommu {

class FaultLog {
 public:
  explicit FaultLog(std::size_t records) : ring_(records) {}
  void record(const FaultRecord& fault) {
    if (size_ == ring_.size()) {
      overflow_ = true;
      return;
    }
    ring_[(first_ + size_++) % ring_.size()] = fault;
  }
  /// The oldest record; its register is free again.
  std::optional<FaultRecord> take() {
    if (size_ == 0) return {};
    const FaultRecord oldest = ring_[first_];
    first_ = (first_ + 1) % ring_.size();
    --size_;
    return oldest;
  }
  std::size_t size() const { return size_; }
  bool overflow() const { return overflow_; }
  void clear_overflow() { overflow_ = false; }

 private:
  std::vector<FaultRecord> ring_;
  std::size_t first_ = 0, size_ = 0;
  bool overflow_ = false;
};

}  // namespace viosim::iommu
