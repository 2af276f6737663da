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
  std::int64_t at;
  std::uint64_t sequence;
  Wakeable* target;
  /// One comparison without a branch: times are not negative.
  bool operator<(const WakeEntry& o) const { return key() < o.key(); }

 private:
  __extension__ using Key = unsigned __int128;
  Key key() const { return (static_cast<Key>(static_cast<std::uint64_t>(at)) << 64) | sequence; }
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
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  bool empty() const { return count_ == 0 && !many_; }
  /// When the earliest entry is due; kNever: there is none.
  std::int64_t next_at() { return many_ ? heap_.top().at : row_next_; }
  /// The same as far as it is known at once, else 0.
  std::int64_t known_next() const { return row_next_; }

  void push(Time at, Wakeable* target) {
    const WakeEntry e{at.ps(), sequence_++, target};
    if (!many_ && count_ == kMost) [[unlikely]] into_heap();
    if (many_) {
      heap_.push(e);
      return;
    }
    std::size_t i = count_++;
    for (; i > 0 && row_[i - 1].at <= e.at; --i) row_[i] = row_[i - 1];
    row_[i] = e;
    row_next_ = row_[count_ - 1].at;
  }
  /// Takes the earliest entry; the queue is not empty.
  Wakeable* pop() {
    if (many_) {
      Wakeable* const target = heap_.top().target;
      heap_.pop();
      if (heap_.size() <= kFew) [[unlikely]] into_row();
      return target;
    }
    if (--count_ >= kMost) __builtin_unreachable();  // g++ 12 sees an underflow that is none
    Wakeable* const target = row_[count_].target;
    note_next();
    return target;
  }

 private:
  static constexpr std::size_t kMost = 24, kFew = 8;

  void into_heap() {
    for (; count_ > 0; --count_) heap_.push(row_[count_ - 1]);
    row_next_ = 0;
    many_ = true;
  }
  void into_row() {
    count_ = heap_.size();
    for (std::size_t i = count_; i > 0; --i) {
      row_[i - 1] = heap_.top();
      heap_.pop();
    }
    many_ = false;
    note_next();
  }
  void note_next() { row_next_ = count_ > 0 ? row_[count_ - 1].at : kNever; }

  std::int64_t row_next_ = kNever;
  std::uint64_t sequence_ = 0;
  std::size_t count_ = 0;  ///< in the row
  bool many_ = false;
  std::array<WakeEntry, kMost> row_;  ///< from late to early
  WakeHeap heap_;
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
