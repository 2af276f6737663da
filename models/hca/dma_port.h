// DMA as the engines of an HCA use it: a job tells its owner when it is done, as a callback or by resuming a
// coroutine. Reads pay the device's internal latency on top of what the endpoint charges.
#pragma once
#include <coroutine>
#include <utility>

#include "kernel/station.h"
#include "protocols/dma.h"

namespace viosim::hca {

/// Accounts for what `op` waited outside a verb, up to now.
inline void settle(Station& station, Op& op, Cause cause) {
  if (op.last() < now()) station.charge_past(op, cause, SpanKind::queued, op.last());
}

/// One transfer under way. `then` runs once, when op.last() == now; it owns the job.
struct DmaJob : Pooled<DmaJob> {
  DmaRequest request;
  struct Listener : Waiter { DmaJob* job = nullptr; } listener;
  Station* station = nullptr;      ///< whose wait it is
  Cause cause = Cause::DmaRead;    ///< and for what
  Duration latency;
  Bytes offset;                    ///< the owner's: where the data belongs
  std::uint32_t generation = 0;    ///< the owner's: void if it has moved on
  void (*then)(DmaJob* job) = nullptr;
  void* owner = nullptr;
  std::coroutine_handle<> handle{};
};

class DmaPort {
 public:
  explicit DmaPort(Duration read_latency) : read_latency_(read_latency) {}
  void attach(DmaIf& endpoint) { endpoint_ = &endpoint; }

  /// A read of `length` bytes, `length` > 0. The caller fills in op, then starts or awaits it.
  DmaJob* read(Station& station, Cause cause, Bdf as, Iova from, Bytes length) const;
  /// A write of all of `data`, for `op`.
  DmaJob* write(Station& station, Cause cause, Bdf as, Iova to, Buffer&& data, Op&& op) const;

  void start(DmaJob* job);
  /// A write of all of `data` that nothing holds up. False: nothing was done, it takes a job.
  bool write_at_once(Bdf as, Iova to, Buffer& data, const Op& op) {
    return endpoint_->write_at_once(as, to, data, op);
  }
  /// A write of all of `data`, for a fork of `op`, of which nobody waits for the end.
  void post(Station& station, Cause cause, Bdf as, Iova to, Buffer&& data, const Op& op) {
    if (!write_at_once(as, to, data, op)) post(write(station, cause, as, to, std::move(data), op.fork()));
  }

  /// Starts the write `job`. True: it has ended already; else `then` runs when it does.
  bool begin(DmaJob& job) {
    endpoint_->submit(job.request);
    if (job.request.finished && job.request.op.last() <= now()) return true;
    listen(job);
    return false;
  }

  struct Run {
    DmaPort* port;
    DmaJob* job;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> h) {
      job->handle = h;
      job->then = [](DmaJob* j) { j->handle.resume(); };
      port->start(job);
    }
    void await_resume() const {}
  };
  /// Awaits `job`, which stays the caller's.
  Run run(DmaJob& job) { return Run{this, &job}; }

 private:
  void post(DmaJob* job);
  static void listen(DmaJob& job);
  static void ended(Wakeable* w);
  static void due(Wakeable* w);
  Duration read_latency_;
  DmaIf* endpoint_ = nullptr;
};

}  // namespace viosim::hca
