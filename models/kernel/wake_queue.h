// The scheduler's time-ordered queue: a binary heap whose pop leaves a hole at the root that the next push
// fills (a simulation pops and pushes in turn). Order is strict: (time, sequence).
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/quantity.h"

namespace viosim {

/// What the scheduler can wake. `fire` stands first and is no virtual function, so that awaiters stay
/// trivially destructible (g++ 12 miscompiles others).
struct Wakeable {
  void (*fire)(Wakeable*) = nullptr;
  void (*drop)(Wakeable*) = nullptr;  ///< frees what is under way when the simulation ends; null: its owner does
};

class WakeQueue {
 public:
  struct Entry {
    std::int64_t at;
    std::uint64_t sequence;
    Wakeable* target;
    /// One comparison without a branch: times are not negative.
    bool operator<(const Entry& o) const { return key() < o.key(); }

   private:
    __extension__ using Key = unsigned __int128;
    Key key() const { return (static_cast<Key>(static_cast<std::uint64_t>(at)) << 64) | sequence; }
  };

  bool empty() const { return heap_.size() == (hole_ ? 1u : 0u); }
  std::size_t size() const { return heap_.size() - (hole_ ? 1u : 0u); }

  void push(Time at, Wakeable* target) {
    const Entry e{at.ps(), sequence_++, target};
    if (hole_) {
      hole_ = false;
      sift_down(e);
    } else {
      heap_.push_back(e);
      sift_up(heap_.size() - 1, e);
    }
  }
  /// The earliest entry; the queue is not empty.
  const Entry& top() {
    fill();
    return heap_.front();
  }
  void pop() {
    fill();
    hole_ = true;
  }
  void drop_all() {
    fill();
    for (const Entry& e : heap_)
      if (e.target->drop != nullptr) e.target->drop(e.target);
    heap_.clear();
  }

 private:
  void fill() {
    if (!hole_ || heap_.empty()) return;
    hole_ = false;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sift_down(last);
  }
  void sift_up(std::size_t i, Entry e) {
    while (i > 0) {
      const std::size_t parent = (i - 1) / 2;
      if (!(e < heap_[parent])) break;
      heap_[i] = heap_[parent];
      i = parent;
    }
    heap_[i] = e;
  }
  /// From the root: the hole sinks to a leaf, then `e` rises. What is pushed is mostly late, so it stays low,
  /// and sinking needs one comparison a level.
  void sift_down(Entry e) {
    const std::size_t n = heap_.size();
    Entry* const heap = heap_.data();
    std::size_t i = 0, child = 1;
    for (; child + 1 < n; child = 2 * i + 1) {
      child += static_cast<std::size_t>(heap[child + 1] < heap[child]);
      heap[i] = heap[child];
      i = child;
    }
    if (child < n) {
      heap[i] = heap[child];
      i = child;
    }
    sift_up(i, e);
  }

  std::vector<Entry> heap_;
  std::uint64_t sequence_ = 0;
  bool hole_ = false;
};

/// What wakes now, in the order in which it was asked for: a ring that grows to its high-water mark.
class WakeRing {
 public:
  bool empty() const { return head_ == tail_; }
  void push(Wakeable* w) {
    if (tail_ - head_ == ring_.size()) grow();
    ring_[tail_++ & (ring_.size() - 1)] = w;
  }
  Wakeable* pop() { return ring_[head_++ & (ring_.size() - 1)]; }
  void drop_all() {
    while (!empty()) {
      Wakeable* const w = pop();
      if (w->drop != nullptr) w->drop(w);
    }
  }

 private:
  void grow() {
    std::vector<Wakeable*> bigger(ring_.size() * 2);
    for (std::size_t i = 0; i < ring_.size(); ++i) bigger[i] = ring_[(head_ + i) & (ring_.size() - 1)];
    tail_ -= head_;
    head_ = 0;
    ring_.swap(bigger);
  }
  std::vector<Wakeable*> ring_ = std::vector<Wakeable*>(64);
  std::size_t head_ = 0, tail_ = 0;
};

}  // namespace viosim
