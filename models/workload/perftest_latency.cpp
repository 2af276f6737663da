// The latency loops of perftest.
#include "workload/perftest.h"

namespace viosim::workload {

/// Time stamp before the post of iteration `n`: ends the operation before, begins the next.
void Perftest::stamp(std::int64_t n) {
  const std::int64_t first = params_.warm_up->raw();
  Op& op = client_.exec.op();
  if (n > first) {
    ledger().keep_since(last_stamp_);
    ledger().close(op, last_stamp_, result_.account);
    result_.samples.add((now() - last_stamp_).raw() / result_.divisor);
  }
  if (n == first) result_.open_window();
  if (n == rounds_ - 1) close_window();
  last_stamp_ = now();
  op = Op::open(now());
}

/// run_iter_lat_write: look at memory, stamp, write the flag, post, then wait for the own completion.
Process Perftest::ping_write(PerftestSide& side, int is_client) {
  const auto flag_of = [](std::int64_t n) { return static_cast<std::byte>(static_cast<std::uint64_t>(n) & 0xff); };
  std::int64_t seen = 0;
  for (std::int64_t n = 0; n < rounds_ || seen < rounds_; ++n) {
    if (n > 0 || is_client == 0) {
      ++seen;
      do {
        co_await side.await_flag();
        co_await side.read_flag();
      } while (!side.flag_is(flag_of(seen)));
    }
    if (n >= rounds_) break;
    if (is_client != 0) stamp(n);
    co_await side.exec.execute(*params_.loop);
    co_await side.set_flag(flag_of(n + 1));
    const VerbsError error = co_await side.post(static_cast<std::uint64_t>(n), 1);
    side.posted(static_cast<std::uint64_t>(n), error);
    co_await side.await_sent();
    side.completed(static_cast<std::uint64_t>(n));
  }
  co_await finish_side();
}

/// run_iter_lat_send: wait for a receive (the client not before its first post), post, wait for the completion.
Process Perftest::ping_send(PerftestSide& side, int is_client) {
  const std::int64_t ahead = params_.rx_depth->raw();
  std::int64_t received = 0;
  for (std::int64_t n = 0; n < rounds_ || received < rounds_; ++n) {
    if (n > 0 || is_client == 0) {
      co_await side.await_received();
      side.completed(static_cast<std::uint64_t>(received));
      if (++received + ahead <= rounds_) co_await side.post_receive(static_cast<std::uint64_t>(received + ahead - 1));
    }
    if (n >= rounds_) break;
    if (is_client != 0) stamp(n);
    co_await side.exec.execute(*params_.loop);
    const VerbsError error = co_await side.post(static_cast<std::uint64_t>(n), 1);
    side.posted(static_cast<std::uint64_t>(n), error);
    co_await side.await_sent();
    side.completed(static_cast<std::uint64_t>(n));
  }
  co_await finish_side();
}

/// run_iter_lat: post, wait for the completion.
Process Perftest::ping_read() {
  for (std::int64_t n = 0; n < rounds_; ++n) {
    stamp(n);
    co_await client_.exec.execute(*params_.loop);
    const VerbsError error = co_await client_.post(static_cast<std::uint64_t>(n), 1);
    client_.posted(static_cast<std::uint64_t>(n), error);
    co_await client_.await_sent();
    client_.completed(static_cast<std::uint64_t>(n));
  }
  co_await finish_side();
}

}  // namespace viosim::workload
