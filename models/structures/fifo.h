// A first-in first-out line of small values in one flat ring: allocates only when it grows past its record.
#pragma once
#include <cstddef>
#include <utility>
#include <vector>

namespace viosim {

template <class T>
class Fifo {
 public:
  bool empty() const { return head_ == tail_; }
  T& front() { return ring_[head_ & mask_]; }
  const T& front() const { return ring_[head_ & mask_]; }
  T& back() { return ring_[(tail_ - 1) & mask_]; }
  void push(T value) {
    if (tail_ - head_ > mask_) [[unlikely]] grow();
    ring_[tail_++ & mask_] = std::move(value);
  }
  /// From the first to the last.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t i = head_; i != tail_; ++i) visit(ring_[i & mask_]);
  }
  /// Before the first of those at the end of which `later(that one, value)` holds: by time, if all come in so.
  template <class Later>
  void push_ordered(const T& value, Later later) {
    push(value);
    for (std::size_t i = tail_ - 1; i != head_ && later(ring_[(i - 1) & mask_], value); --i)
      std::swap(ring_[(i - 1) & mask_], ring_[i & mask_]);
  }
  T pop() { return std::move(ring_[head_++ & mask_]); }

 private:
  [[gnu::noinline, gnu::cold]] void grow() {
    std::vector<T> larger(ring_.size() * 2);
    for (std::size_t i = 0; i < ring_.size(); ++i) larger[i] = std::move(ring_[(head_ + i) & mask_]);
    head_ = 0;
    tail_ = ring_.size();
    ring_ = std::move(larger);
    mask_ = ring_.size() - 1;
  }
  std::size_t mask_ = 15;  // the ring's size is a power of two
  std::vector<T> ring_ = std::vector<T>(mask_ + 1);
  std::size_t head_ = 0, tail_ = 0;
};

}  // namespace viosim
