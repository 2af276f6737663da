// A first-in first-out line of small values in one flat ring: allocates only when it grows past its record.
#pragma once
#include <cstddef>
#include <utility>
#include <vector>

namespace viosim::pcie {

template <class T>
class Fifo {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  T& front() { return ring_[head_]; }
  const T& front() const { return ring_[head_]; }
  T& back() { return ring_[(head_ + size_ - 1) & (ring_.size() - 1)]; }
  void push(T value) {
    if (size_ == ring_.size()) grow();
    ring_[(head_ + size_++) & (ring_.size() - 1)] = value;
  }
  T pop() {
    T value = ring_[head_];
    head_ = (head_ + 1) & (ring_.size() - 1);
    --size_;
    return value;
  }

 private:
  void grow() {
    std::vector<T> larger(ring_.empty() ? 16 : ring_.size() * 2);
    for (std::size_t i = 0; i < size_; ++i) larger[i] = ring_[(head_ + i) & (ring_.size() - 1)];
    ring_ = std::move(larger);
    head_ = 0;
  }
  std::vector<T> ring_;  // its size is a power of two
  std::size_t head_ = 0, size_ = 0;
};

}  // namespace viosim::pcie
