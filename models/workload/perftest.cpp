#include "workload/perftest.h"

#include <algorithm>
#include <stdexcept>

namespace viosim::workload {

Perftest::Perftest(const PerftestParams& params, PerftestEnd client, PerftestEnd server, Driver& driver)
    : params_(params), client_("client", client, params_), server_("server", server, params_), driver_(driver) {
  const bool latency = *params_.test == "latency";
  if (latency && is("write") && *params_.completion == "event")
    throw std::invalid_argument("perftest: write latency looks at memory; it has no completion events");
  rounds_ = params_.warm_up->raw() + params_.iterations->raw() + (latency ? 1 : 0);
  depth_ = latency ? 1 : params_.tx_depth->raw();
  moderation_ = std::min(params_.cq_moderation->raw(), depth_);
  stamps_.resize(static_cast<std::size_t>(depth_));
  result_.divisor = latency && !is("read") ? 2 : 1;
  result_.operations = params_.iterations->raw();
  result_.payload = *params_.size * result_.operations;
}

void Perftest::start() { spawn(run(), "perftest"); }

Process Perftest::run() {
  co_await client_.open();
  co_await server_.open();
  co_await client_.connect(server_);
  co_await server_.connect(client_);
  const bool latency = *params_.test == "latency";
  if (is("send")) {
    const std::int64_t ahead = std::min(params_.rx_depth->raw(), rounds_);
    for (std::int64_t n = 0; n < ahead; ++n) co_await server_.post_receive(static_cast<std::uint64_t>(n));
    for (std::int64_t n = 0; n < ahead && latency; ++n) co_await client_.post_receive(static_cast<std::uint64_t>(n));
  }
  client_.exec.op() = Op::open(now());
  server_.exec.op() = Op::open(now());
  if (is("read") || (!latency && is("write"))) --sides_left_;  // the server's software has nothing to do
  if (!latency) {
    spawn(stream(), "perftest client");
    if (is("send")) spawn(sink(), "perftest server");
  } else if (is("read")) {
    spawn(ping_read(), "perftest client");
  } else if (is("write")) {
    spawn(ping_write(client_, 1), "perftest client");
    spawn(ping_write(server_, 0), "perftest server");
  } else {
    spawn(ping_send(client_, 1), "perftest client");
    spawn(ping_send(server_, 0), "perftest server");
  }
}

void Perftest::close_window() {
  result_.close_window();
  result_.complete = true;
}

/// The last side checks the data and ends the run; what the contexts do for it is nobody's operation.
Task<> Perftest::finish_side() {
  if (--sides_left_ > 0) co_return;
  client_.exec.op() = Op{};
  server_.exec.op() = Op{};
  co_await check_data();
  driver_.done();
}

Task<> Perftest::check_data() {
  if (!*params_.verify) co_return;
  const auto n = static_cast<std::uint64_t>(rounds_);
  const bool latency = *params_.test == "latency";
  const int flagged = latency && is("write");
  if (is("read") || latency) co_await client_.verify(server_, n, flagged);
  if (!is("read")) co_await server_.verify(client_, n, flagged);
}

}  // namespace viosim::workload
