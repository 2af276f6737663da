// Objects that are taken and given back again and again, and belong to their owner meanwhile: what is still out when the
// owner goes, goes with it. Allocates only when more are out than ever before. T has `T* next_free`.
#pragma once
#include <deque>

namespace viosim {

template <class T>
class Stock {
 public:
  /// One that is free, as it was given back, or a new one.
  T& take() {
    if (free_ == nullptr) return all_.emplace_back();
    T& one = *free_;
    free_ = one.next_free;
    return one;
  }
  void give(T& one) {
    one.next_free = free_;
    free_ = &one;
  }

 private:
  std::deque<T> all_;
  T* free_ = nullptr;
};

}  // namespace viosim
