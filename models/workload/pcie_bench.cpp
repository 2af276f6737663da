#include "workload/pcie_bench.h"

#include <stdexcept>
#include <string>

namespace viosim::workload {
namespace {

constexpr Bytes kLine{64}, kPage{4096};

Bytes unit_of(Bytes bytes) { return Bytes((bytes.raw() + kLine.raw() - 1) / kLine.raw() * kLine.raw()); }

}  // namespace

PcieBench::PcieBench(const PcieBenchParams& params, PcieBenchEnd end, std::uint64_t seed, Driver& driver)
    : params_(params), end_(end), driver_(driver), places_(seed, "workload"),
      unit_(unit_of(*params.offset + *params.size)), units_(*params.window / unit_),
      first_(params.warm_up->raw()), last_(first_ + params.iterations->raw()),
      latency_(params.test->rfind("lat", 0) == 0), sequential_(*params.access == "sequential"),
      write_read_(is("lat_wrrd")), reads_(is("bw_wr") ? 0 : is("bw_rdwr") ? 1 : 2) {
  if (*params.offset + *params.size > kPage)
    throw std::invalid_argument("offset: with size beyond a page of 4096 B, which no transfer of pcie-bench leaves");
  if (units_ == 0) throw std::invalid_argument("window: is smaller than offset and size in whole cache lines");
}

/// Lines are touched one after the other, by a core or by a device, before the test begins; what they displace has a
/// nanosecond a byte to reach DRAM.
Time PcieBench::warm() {
  Time at = now();
  if (*params_.cache == "cold") return at;
  const bool host = *params_.cache == "host_warm";
  Op nobody;
  for (Bytes done; done < *params_.window; done += kLine)
    at = host ? end_.memory.core_access(nobody, MemAccess::store, end_.at + done, kLine, end_.core, at)
              : end_.memory.device_write(nobody, end_.at + done, kLine, at);
  return at + nanoseconds(params_.window->raw());
}

void PcieBench::start() {
  const Time ready = warm();
  if (first_ == 0) result_.open_window();
  const std::int64_t workers = latency_ ? 1 : params_.workers->raw();
  for (std::int64_t i = 0; i < workers; ++i) {
    Worker& worker = *workers_.emplace_back(std::make_unique<Worker>());
    worker.bench = this;
    worker.request.requester = end_.requester;
    worker.request.length = *params_.size;
    worker.request.data = Buffer::make(*params_.size);
    sleep(worker, ready);
  }
}

void PcieBench::sleep(Worker& worker, Time until) {
  worker.fire = [](Wakeable* w) {
    auto& self = *static_cast<Worker*>(w);
    self.bench->next(self);
  };
  if (until == now()) next(worker);
  else scheduler().wake_at(until, &worker);
}

/// The worker's next transfer, at the next place.
void PcieBench::next(Worker& worker) {
  const std::int64_t place = sequential_ ? unit_now_ : places_.between(0, units_ - 1);
  if (++unit_now_ == units_) unit_now_ = 0;
  worker.began = now();
  worker.second = false;
  worker.request.address = end_.window + unit_ * place + *params_.offset;
  worker.request.op = Op::open(now());
  const bool read = write_read_ ? false : reads_ == 2 || (reads_ == 1 && started_ % 2 == 1);
  ++started_;
  submit(worker, read);
}

void PcieBench::submit(Worker& worker, bool read) {
  worker.request.is_read = read;
  worker.fire = [](Wakeable* w) {
    auto& self = *static_cast<Worker*>(w);
    self.bench->finished(self);
  };
  worker.request.done.add(worker);
  end_.device.submit(worker.request);
}

void PcieBench::finished(Worker& worker) {
  if (worker.request.status != CplStatus::successful) {
    const std::string where = std::to_string(worker.request.address.raw());
    scheduler().fail(std::make_exception_ptr(std::runtime_error("the transfer at bus address " + where + " was refused")),
                     "pcie-bench");
    return;
  }
  if (write_read_ && !worker.second) {
    worker.second = true;
    submit(worker, true);
    return;
  }
  count(worker);
  if (!result_.complete) sleep(worker, now() + *params_.loop);
}

void PcieBench::count(Worker& worker) {
  if (ended_ >= first_ && ended_ < last_) {
    ledger().close(worker.request.op, worker.began, result_.account);
    result_.samples.add((worker.request.op.last() - worker.began).raw());
  }
  ++ended_;
  if (ended_ == first_) result_.open_window();
  if (ended_ == last_) conclude();
}

void PcieBench::conclude() {
  result_.close_window();
  result_.operations = reads_ == 1 ? params_.iterations->raw() / 2 : params_.iterations->raw();
  result_.payload = *params_.size * result_.operations;
  result_.complete = true;
  driver_.done();
}

}  // namespace viosim::workload
