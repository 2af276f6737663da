// The scheduler's time-ordered queue: a sorted row as long as few wait, a binary heap when many do. Order is strict:
// (time, sequence).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernel/quantity.h"

namespace viosim {

/// What the scheduler can wake. `fire` stands first and is no virtual function, so that awaiters stay
/// trivially destructible (g++ 12 miscompiles others).
struct Wakeable {
  void (*fire)(Wakeable*) = nullptr;
  void (*drop)(Wakeable*) = nullptr;  ///< frees what is under way when the simulation ends; null: its owner does
};

struct WakeEntry {
  std::uint64_t at;  ///< picoseconds
  std::uint64_t sequence;
  Wakeable* target;
  /// One comparison without a branch.
  bool operator<(const WakeEntry& o) const { return key() < o.key(); }

 private:
  __extension__ using Key = unsigned __int128;
  Key key() const { return (static_cast<Key>(at) << 64) | sequence; }
};

/// A binary heap whose pop leaves a hole at the root that the next push fills (a simulation pops and pushes in
/// turn).
class WakeHeap {
 public:
  std::size_t size() const { return heap_.size() - (hole_ ? 1u : 0u); }

  void push(const WakeEntry& e) {
    if (hole_) {
      hole_ = false;
      sift_down(e);
    } else {
      heap_.push_back(e);
      sift_up(heap_.size() - 1, e);
    }
  }
  /// The earliest entry; the heap is not empty.
  const WakeEntry& top() {
    fill();
    return heap_.front();
  }
  void pop() {
    fill();
    hole_ = true;
  }

 private:
  void fill() {
    if (!hole_ || heap_.empty()) return;
    hole_ = false;
    const WakeEntry last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sift_down(last);
  }
  void sift_up(std::size_t i, WakeEntry e) {
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
  void sift_down(WakeEntry e) {
    const std::size_t n = heap_.size();
    WakeEntry* const heap = heap_.data();
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

  std::vector<WakeEntry> heap_;
  bool hole_ = false;
};

/// Few entries stand in a row, many in the heap; it moves between the two when their number does.
class WakeQueue {
 public:
  /// Later than every time, Time::never() too.
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  WakeQueue() { row_[0].at = kNever; }
  WakeQueue(const WakeQueue&) = delete;
  WakeQueue& operator=(const WakeQueue&) = delete;

  bool empty() const { return last_ == row_.data() && !many_; }
  /// When the earliest entry is due, in picoseconds; kNever: there is none.
  std::uint64_t next_at() { return many_ ? heap_.top().at : last_->at; }
  /// The same as far as it is known at once, else 0.
  std::uint64_t known_next() const { return last_->at; }

  void push(Time at, Wakeable* target) {
    if (last_ == &row_.back()) [[unlikely]] {
      push_many(at, target);
      return;
    }
    const auto due = static_cast<std::uint64_t>(at.ps());
    Due* place = ++last_;
    for (; place[-1].at <= due; --place) place[0] = place[-1];  // ends at the first of the row, which is later
    *place = {due, target};
  }
  /// Takes the earliest entry; the queue is not empty.
  Wakeable* pop() {
    if (many_) [[unlikely]] return pop_many();
    return (last_--)->target;
  }

 private:
  static constexpr std::size_t kMost = 24, kFew = 8;
  struct Due {
    std::uint64_t at;
    Wakeable* target;
  };

  [[gnu::noinline]] void push_many(Time at, Wakeable* target) {
    if (!many_) {
      for (; last_ != row_.data(); --last_) heap_.push({last_->at, sequence_++, last_->target});
      last_ = &row_.back();  // full, and what is next is not known at once
      last_->at = 0;
      many_ = true;
    }
    heap_.push({static_cast<std::uint64_t>(at.ps()), sequence_++, target});
  }
  [[gnu::noinline]] Wakeable* pop_many() {
    Wakeable* const target = heap_.top().target;
    heap_.pop();
    if (heap_.size() > kFew) return target;
    last_ = row_.data() + heap_.size();
    for (Due* d = last_; d != row_.data(); --d) {
      *d = {heap_.top().at, heap_.top().target};
      heap_.pop();
    }
    many_ = false;
    return target;
  }

  std::array<Due, kMost + 1> row_;  ///< from late to early, behind one that is never due
  Due* last_ = row_.data();         ///< the earliest
  bool many_ = false;
  std::uint64_t sequence_ = 0;      ///< of the heap's entries; in the row equal times stand in their order
  WakeHeap heap_;
};

/// What wakes now, in the order in which it was asked for: a ring that grows to its high-water mark.
class WakeRing {
 public:
  bool empty() const { return head_ == tail_; }
  void push(Wakeable* w) {
    if (tail_ - head_ > mask_) [[unlikely]] grow();
    ring_[tail_++ & mask_] = w;
  }
  Wakeable* pop() { return ring_[head_++ & mask_]; }

 private:
  [[gnu::noinline, gnu::cold]] void grow() {
    std::vector<Wakeable*> bigger(ring_.size() * 2);
    for (std::size_t i = 0; i < ring_.size(); ++i) bigger[i] = ring_[(head_ + i) & mask_];
    tail_ -= head_;
    head_ = 0;
    ring_.swap(bigger);
    mask_ = ring_.size() - 1;
  }
  std::size_t head_ = 0, tail_ = 0, mask_ = 63;  // the ring's size is a power of two
  std::vector<Wakeable*> ring_ = std::vector<Wakeable*>(mask_ + 1);
};

}  // namespace viosim
