#include "hca/dma_port.h"

namespace viosim::hca {

DmaJob* DmaPort::read(Station& station, Cause cause, Bdf as, Iova from, Bytes length) const {
  auto* job = new DmaJob;
  job->request.requester = as;
  job->request.address = from;
  job->request.length = length;
  job->station = &station;
  job->cause = cause;
  job->latency = read_latency_;
  return job;
}

DmaJob* DmaPort::write(Station& station, Cause cause, Bdf as, Iova to, Buffer&& data, Op&& op) const {
  auto* job = new DmaJob;
  job->request.op = std::move(op);
  job->request.is_read = false;
  job->request.requester = as;
  job->request.address = to;
  job->request.length = data.size();
  job->request.data = std::move(data);
  job->station = &station;
  job->cause = cause;
  return job;
}

void DmaPort::start(DmaJob* job) {
  endpoint_->submit(job->request);
  listen(*job);
}

void DmaPort::listen(DmaJob& job) {
  job.listener.job = &job;
  job.listener.fire = &DmaPort::ended;
  if (job.request.finished) scheduler().wake_now(&job.listener);  // never inside the caller
  else job.request.done.add(job.listener);
}

void DmaPort::post(DmaJob* job) {
  endpoint_->submit(job->request);
  if (job->request.finished) {
    delete job;
    return;
  }
  job->listener.job = job;
  job->listener.fire = [](Wakeable* w) { delete static_cast<DmaJob::Listener*>(w)->job; };
  job->request.done.add(job->listener);
}

void DmaPort::ended(Wakeable* w) {
  DmaJob* const job = static_cast<DmaJob::Listener*>(w)->job;
  Op& op = job->request.op;
  settle(*job->station, op, job->cause);
  Time ready = op.traced() ? latest({now()}, {op.last()}).at : now();
  if (job->latency != kZeroTime) {
    if (op.traced()) job->station->delay(op, job->cause, ready, job->latency);
    ready = ready + job->latency;
  }
  if (ready == now()) {
    job->then(job);
    return;
  }
  job->listener.fire = &DmaPort::due;
  scheduler().wake_at(ready, &job->listener);
}

void DmaPort::due(Wakeable* w) {
  DmaJob* const job = static_cast<DmaJob::Listener*>(w)->job;
  job->then(job);
}

}  // namespace viosim::hca
