#include "workload/control_verbs.h"

#include <stdexcept>
#include <string>

#include "kernel/station.h"

namespace viosim::workload {
namespace {

constexpr std::int64_t kPage = 4096;

}  // namespace

ControlVerbs::ControlVerbs(const ControlVerbsParams& params, ControlVerbsEnd end, Driver& driver)
    : params_(params), end_(end), driver_(driver), queue_pairs_(*params.verb == "queue_pair") {
  result_.operations = params.iterations->raw();
}

void ControlVerbs::start() { spawn(run(), "control-verbs"); }

void ControlVerbs::refused(const char* verb) {
  throw std::runtime_error(std::string("control-verbs: the provider refused to ") + verb);
}

Task<> ControlVerbs::set_up() {
  co_await end_.verbs.open(end_.exec);
  if (queue_pairs_) {
    cq_ = co_await end_.verbs.create_cq(end_.exec, static_cast<std::uint32_t>(params_.depth->raw()), 0);
    if (cq_ == kNoCq) refused("create a completion queue");
  } else {
    const Bytes size(( *params_.size + Bytes(kPage - 1)).raw() / kPage * kPage);
    memory_ = end_.exec.allocate(size, Bytes(kPage));
    for (Bytes at; at < size; at += Bytes(kPage)) pages_.push_back(memory_ + at);
  }
}

Task<> ControlVerbs::make() {
  if (!queue_pairs_) {
    MrAccess access;
    access.remote_read = access.remote_write = true;
    keys_ = co_await end_.verbs.reg_mr(end_.exec, Gva(memory_.raw()), *params_.size, access, pages_);
    if (keys_.lkey.value == 0) refused("register a memory region");
    co_return;
  }
  QpCapabilities wanted;
  wanted.max_send_wr = wanted.max_recv_wr = static_cast<std::uint32_t>(params_.depth->raw());
  qp_ = co_await end_.verbs.create_qp(end_.exec, cq_, cq_, wanted);
  if (qp_ == kNoQp) refused("create a queue pair");
  QpConnection to;
  to.remote_lid = Lid{static_cast<std::uint16_t>(end_.verbs.lid().value + 1)};
  to.remote_qp = end_.verbs.qp_number(qp_);
  const VerbsError error = co_await end_.verbs.connect(end_.exec, qp_, to);
  if (error != VerbsError::ok) refused("connect a queue pair");
}

Task<> ControlVerbs::unmake() {
  VerbsError error = VerbsError::ok;
  if (queue_pairs_) error = co_await end_.verbs.destroy_qp(end_.exec, qp_);
  else error = co_await end_.verbs.dereg_mr(end_.exec, keys_.lkey);
  if (error != VerbsError::ok) refused(queue_pairs_ ? "destroy a queue pair" : "deregister a memory region");
}

Process ControlVerbs::run() {
  co_await set_up();
  Exec& core = end_.exec;
  const std::int64_t first = params_.warm_up->raw(), all = first + params_.iterations->raw();
  for (std::int64_t n = 0; n < all; ++n) {
    if (n == first) result_.open_window();
    const Time begin = now();
    core.op() = Op::open(begin);
    co_await make();
    const Time made = now();
    co_await unmake();
    if (n < first) continue;
    making_ += made - begin;
    unmaking_ += now() - made;
    ledger().keep_since(begin);
    ledger().close(core.op(), begin, result_.account);
    result_.samples.add((now() - begin).raw());
  }
  result_.close_window();
  core.op() = Op{};
  result_.complete = true;
  driver_.done();
}

}  // namespace viosim::workload
