// Station: a site of the ledger with the verbs of time. A block is a station; what has several servers of
// different kinds (an HCA's engines, a link's two directions) has several.
#pragma once
#include <coroutine>
#include <string>

#include "kernel/event.h"
#include "kernel/ledger.h"
#include "kernel/ready.h"
#include "kernel/scheduler.h"
#include "kernel/task.h"

namespace viosim {

/// Awaiter of `hold`: resumes when the time that was charged has passed.
struct Hold : Wakeable {
  Time until;
  std::coroutine_handle<> handle{};
  bool await_ready() const { return until == now() || scheduler().skip_to(until); }
  void await_suspend(std::coroutine_handle<> h) {
    handle = h;
    fire = [](Wakeable* w) { static_cast<Hold*>(w)->handle.resume(); };
    scheduler().wake_at(until, this);
  }
  void await_resume() const {}
};

/// Awaiter of an event that has no op: idle time.
struct Sleep : Waiter {
  Event* event;
  std::coroutine_handle<> handle{};
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> h) {
    handle = h;
    fire = [](Wakeable* w) { static_cast<Sleep*>(w)->handle.resume(); };
    event->add(*this);
  }
  void await_resume() const {}
};
inline Sleep sleep(Event& e) {
  Sleep s;
  s.event = &e;
  return s;
}

/// A FIFO server with known service time and no back-pressure: needs no process (see Station::pass).
struct Server {
  Time free_at;
};

class Station {
 public:
  /// `capacity`: servers at this site; 0 for one that only delays.
  Station(std::string path, std::int64_t capacity)
      : site_(ledger().add_site(std::move(path), capacity)), charged_(ledger().site(site_)), capacity_(capacity) {}
  SiteId site() const { return site_; }
  const std::string& path() const { return ledger().path(site_); }

  /// Serves `op` for `d`, charged now, passed when awaited.
  Hold hold(Op& op, Cause cause, Duration d) {
    const Time begin = now();
    ledger().charge(op, charged_, cause, capacity_ > 0 ? SpanKind::served : SpanKind::delay, begin, begin + d);
    Hold h;
    h.until = begin + d;
    return h;
  }

  /// Serves `op` for `d` unless `event` comes first; answers what is left.
  struct HoldUntil : Waiter {
    Station* station;
    Op* op;
    Cause cause;
    Time begin, end;
    Event* event;
    Duration* left;
    std::coroutine_handle<> handle;
    struct Alarm : Wakeable, Pooled<Alarm> { HoldUntil* owner; } * alarm;
    bool await_ready() const { return begin == end; }
    void await_suspend(std::coroutine_handle<> h);
    Duration await_resume();
  };
  HoldUntil hold_until(Op& op, Cause cause, Duration d, Event& event) {
    HoldUntil h;
    h.station = this;
    h.op = &op;
    h.cause = cause;
    h.begin = now();
    h.end = h.begin + d;
    h.event = &event;
    h.alarm = nullptr;
    return h;
  }

  /// Blocks until `query()` answers kNoCause; asks again at each `event`. Each stretch is charged to the
  /// cause that was answered at its start. The query outlives the wait (a named local).
  template <class Query>
  struct ReadyAwait : Waiter {
    Station* station;
    Op* op;
    Query* query;
    Event* event;
    Cause why;
    Time since;
    std::coroutine_handle<> handle;
    bool await_ready() { return (why = (*query)()) == kNoCause; }
    void await_suspend(std::coroutine_handle<> h) {
      handle = h;
      since = now();
      fire = [](Wakeable* w) {
        auto* self = static_cast<ReadyAwait*>(w);
        self->station->charge_past(*self->op, self->why, SpanKind::blocked, self->since);
        self->since = now();
        self->why = (*self->query)();
        if (self->why == kNoCause) self->handle.resume();
        else self->event->add(*self);
      };
      event->add(*this);
    }
    void await_resume() const {}
  };
  template <class Query>
  ReadyAwait<Query> ready(Op& op, Query& query, Event& event) {
    ReadyAwait<Query> r;
    r.station = this;
    r.op = &op;
    r.query = &query;
    r.event = &event;
    return r;
  }

  /// Charges the stretch from where `op` stands up to now: for what waited outside a verb.
  void charge_past(Op& op, Cause cause, SpanKind kind, Time since) {
    ledger().charge(op, charged_, cause, capacity_ > 0 || kind != SpanKind::blocked ? kind : SpanKind::queued,
                    since, now());
  }
  /// Serves `op` over [begin, end); the server is free again at `free` only.
  void serve(Op& op, Cause cause, Time begin, Time end, Time free) {
    ledger().charge_served(op, charged_, cause, begin, end, free);
  }
  /// Law 2 only: a server stood here since `since`, while its op spent the time at other sites.
  void stood(const Op& op, Cause cause, Time since) {
    ledger().occupy(charged_, cause, SpanKind::blocked, since, now(), op.traced());
  }

  /// Law 2 only: a server worked for the op since `since`, which spent the time at other sites too.
  void worked(const Op& op, Cause cause, Time since) {
    ledger().occupy(charged_, cause, SpanKind::served, since, now(), op.traced());
  }
  /// Law 2 only: a server is held over [begin, end) for work of nobody's.
  void occupied(Cause cause, Time begin, Time end) {
    ledger().occupy(charged_, cause, SpanKind::served, begin, end, false);
  }

  /// Passes `op` through `server`: in line behind those before, then served. Answers when it leaves. Those
  /// ahead spend their time on the same cause, so the line is charged to it.
  Time pass(Op& op, Server& server, Cause cause, Duration service) {
    return pass_from(op, now(), server, cause, service);
  }
  /// The same for an op that will arrive at `arrival` (it is accounted for up to there).
  Time pass_from(Op& op, Time arrival, Server& server, Cause cause, Duration service) {
    const Time start = turn(op, arrival, server, cause, service);
    ledger().charge(op, charged_, cause, SpanKind::served, start, server.free_at);
    return server.free_at;
  }
  /// The same, and then a pipelined delay: a wire, a pipeline that is fed in turn. Answers the end of the delay.
  Time send_from(Op& op, Time arrival, Server& server, Cause cause, Duration service, Cause after, Duration delay) {
    const Time start = turn(op, arrival, server, cause, service);
    return serve_and_delay(op, cause, start, server.free_at, server.free_at, after, delay);
  }
  /// As `serve`, and then a pipelined delay of which the end is answered.
  Time serve_and_delay(Op& op, Cause cause, Time begin, Time end, Time free, Cause after, Duration delay) {
    ledger().charge_sent(op, charged_, cause, begin, end, free, after, end + delay);
    return end + delay;
  }
  /// Adds a pipelined delay to `op` from where it stands; answers its end.
  Time delay(Op& op, Cause cause, Time begin, Duration d) {
    ledger().charge(op, charged_, cause, SpanKind::delay, begin, begin + d);
    return begin + d;
  }

  /// Declares which parameter decides what `cause` costs here: its origin stands beside the result.
  template <class T>
  void based_on(Cause cause, const Param<T>& p) { ledger().based_on(site_, cause, p.source()); }

 private:
  /// The line before `server`: answers when it begins with `op`, and books it up to the end of the service.
  Time turn(Op& op, Time arrival, Server& server, Cause cause, Duration service) {
    const Time start = latest({arrival, kNoCause}, {server.free_at, cause}).at;
    if (start != arrival) ledger().charge(op, charged_, cause, SpanKind::queued, arrival, start);
    server.free_at = start + service;
    return start;
  }
  SiteId site_;
  Ledger::Site& charged_;
  std::int64_t capacity_;
};

inline void Station::HoldUntil::await_suspend(std::coroutine_handle<> h) {
  handle = h;
  alarm = new Alarm;
  alarm->owner = this;
  alarm->fire = [](Wakeable* w) {
    auto* a = static_cast<Alarm*>(w);
    HoldUntil* owner = a->owner;
    delete a;
    if (owner == nullptr) return;
    owner->alarm = nullptr;
    if (owner->next_waiter == nullptr) return;  // notified at the same time: that wake-up is on its way
    Event::remove(*owner);
    owner->handle.resume();
  };
  alarm->drop = [](Wakeable* w) { delete static_cast<Alarm*>(w); };
  fire = [](Wakeable* w) {
    auto* self = static_cast<HoldUntil*>(w);
    if (self->alarm != nullptr) self->alarm->owner = nullptr;
    self->handle.resume();
  };
  event->add(*this);
  scheduler().wake_at(end, alarm);
}

inline Duration Station::HoldUntil::await_resume() {
  const Time stop = now();
  ledger().charge(*op, station->charged_, cause,
                  station->capacity_ > 0 ? SpanKind::served : SpanKind::delay, begin, stop);
  return end - stop;
}

}  // namespace viosim
