// Event: what a context can wait for until somebody notifies it. Timer: a wake-up that can be moved and
// cancelled.
#pragma once
#include "kernel/pool.h"
#include "kernel/scheduler.h"

namespace viosim {

/// Stands in at most one event's list. Woken through the scheduler, at the time of the notification.
struct Waiter : Wakeable {
  Waiter* next_waiter = nullptr;
  Waiter* prev_waiter = nullptr;
};

class Event {
 public:
  Event() { head_.next_waiter = head_.prev_waiter = &head_; }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void add(Waiter& w) {
    w.prev_waiter = head_.prev_waiter;
    w.next_waiter = &head_;
    head_.prev_waiter->next_waiter = &w;
    head_.prev_waiter = &w;
  }
  static void remove(Waiter& w) {
    w.prev_waiter->next_waiter = w.next_waiter;
    w.next_waiter->prev_waiter = w.prev_waiter;
    w.next_waiter = w.prev_waiter = nullptr;
  }
  bool awaited() const { return head_.next_waiter != &head_; }
  /// Wakes all that wait, in their order of arrival. What is not waiting misses it: state is the caller's.
  void notify() {
    while (head_.next_waiter != &head_) {
      Waiter& w = *head_.next_waiter;
      remove(w);
      scheduler().wake_now(&w);
    }
  }

 private:
  Waiter head_;
};

/// Calls a function of its owner at a time. Arming again moves it; a later deadline costs nothing until the
/// earlier entry of the queue comes up, so one that is pushed back for ever stays one entry.
class Timer {
 public:
  using Callback = void (*)(void* owner);
  Timer(Callback callback, void* owner) : callback_(callback), owner_(owner) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { drop(); }

  void arm(Time at) {
    deadline_ = at;
    armed_ = true;
    if (slot_ != nullptr && slot_->at > at) drop();
    if (slot_ == nullptr) queue();
  }
  void cancel() { armed_ = false; }
  bool armed() const { return armed_; }
  Time deadline() const { return deadline_; }

 private:
  /// What stands in the queue: outlives the timer, so that dropping one needs no search.
  struct Slot : Wakeable, Pooled<Slot> {
    Timer* timer;
    Time at;
  };
  void drop() {
    if (slot_ != nullptr) slot_->timer = nullptr;
    slot_ = nullptr;
  }
  void queue() {
    slot_ = new Slot;
    slot_->timer = this;
    slot_->at = deadline_;
    slot_->fire = [](Wakeable* w) {
      auto* slot = static_cast<Slot*>(w);
      Timer* timer = slot->timer;
      delete slot;
      if (timer != nullptr) timer->due();
    };
    slot_->drop = [](Wakeable* w) {
      auto* slot = static_cast<Slot*>(w);
      if (slot->timer != nullptr) slot->timer->slot_ = nullptr;
      delete slot;
    };
    scheduler().wake_at(deadline_, slot_);
  }
  void due() {
    slot_ = nullptr;
    if (!armed_) return;
    if (deadline_ > now()) {
      queue();
      return;
    }
    armed_ = false;
    callback_(owner_);
  }

  Callback callback_;
  void* owner_;
  Time deadline_;
  Slot* slot_ = nullptr;
  bool armed_ = false;
};

}  // namespace viosim
