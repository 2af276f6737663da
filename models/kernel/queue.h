// Queue: parcels in line for a server. Waiting is charged to what those ahead were spending their time on
// while they held the server: `release` says that the op which was taken has left.
//
//   for (;;) {
//     Tlp* tlp = co_await in_.take();
//     co_await hold(tlp->op, ...);
//     in_.release(tlp->op);
//     out.send(tlp);
//   }
#pragma once
#include <vector>

#include "kernel/parcel.h"
#include "kernel/station.h"

namespace viosim {

/// What a line has been waiting for: a log of (cause, until), as long as somebody in line still needs it.
class LineHistory {
 public:
  /// The server was taken or became free to take at `at`: nothing before it concerns those in line.
  void start(Time at) { if (log_.size() == head_) end_ = at; }
  /// Appends what `op` (at `site`) spent since the log's end, up to `at`.
  void append(const Op& op, SiteId site, Time at);
  /// Charges [since, now) to `op` at `site` as time in line; what no log explains is Cause::Queueing.
  void charge(Op& op, SiteId site, Time since);
  /// Nobody in line joined before `oldest`.
  void trim(Time oldest);

 private:
  struct Stretch { Time begin, end; Cause cause; };
  void add(Time begin, Time end, Cause cause);
  std::vector<Stretch> log_;
  std::size_t head_ = 0;
  Time end_;
};

template <class T>
class Queue {
 public:
  explicit Queue(Station& owner) : owner_(owner) {}
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  ~Queue() { while (head_ != nullptr) delete pop(); }

  void put(T* item) {
    item->next = nullptr;
    item->queued_at = now();
    (tail_ == nullptr ? head_ : tail_->next) = item;
    tail_ = item;
    ++size_;
    takers_.notify();
  }
  bool empty() const { return head_ == nullptr; }
  std::size_t size() const { return size_; }
  T* front() const { return static_cast<T*>(head_); }

  struct Take : Waiter {
    Queue* queue;
    std::coroutine_handle<> handle{};
    bool await_ready() const { return queue->head_ != nullptr; }
    void await_suspend(std::coroutine_handle<> h) {
      handle = h;
      fire = [](Wakeable* w) {
        auto* self = static_cast<Take*>(w);
        if (self->queue->head_ != nullptr) self->handle.resume();
        else self->queue->takers_.add(*self);  // another server was faster
      };
      queue->takers_.add(*this);
    }
    T* await_resume() { return queue->take_now(); }
  };
  /// The next in line, as soon as there is one; its waiting is charged.
  Take take() {
    Take t;
    t.queue = this;
    return t;
  }
  /// The same without waiting; the queue is not empty.
  T* take_now() {
    T* item = pop();
    if (item->queued_at != now()) history_.charge(item->op, owner_.site(), item->queued_at);
    history_.trim(head_ == nullptr ? now() : head_->queued_at);
    return item;
  }
  /// The op that was taken leaves the server now: those in line have waited for what it did.
  void release(const Op& op) {
    if (head_ == nullptr) { history_.trim(now()); return; }
    history_.append(op, owner_.site(), now());
  }

 private:
  T* pop() {
    Parcel* item = head_;
    head_ = item->next;
    if (head_ == nullptr) tail_ = nullptr;
    --size_;
    return static_cast<T*>(item);
  }
  Station& owner_;
  Parcel* head_ = nullptr;
  Parcel* tail_ = nullptr;
  std::size_t size_ = 0;
  Event takers_;
  LineHistory history_;
};

}  // namespace viosim
