// The bandwidth loop of perftest.
#include <algorithm>
#include <array>
#include <stdexcept>

#include "workload/perftest.h"

namespace viosim::workload {
namespace {

constexpr std::size_t kBatch = 16;  // completions that a poll takes

}  // namespace

/// Operation `number`, a signalled one, is retired now.
void Perftest::retire(std::int64_t number) {
  const Time posted = stamps_[static_cast<std::size_t>(number % depth_)];
  ledger().keep_since(posted);  // the queue is first in, first out: nobody older is under way
  ledger().close(client_.exec.op(), posted, result_.account);
  result_.samples.add((now() - posted).raw());
}

/// run_iter_bw over operations [first, first + total): fill the window, poll, retire.
Task<> Perftest::post_window(std::int64_t first, std::int64_t total, int measured) {
  std::array<Wc, kBatch> wc{};
  std::int64_t posted = 0, retired = 0;
  while (retired < total) {
    while (posted < total && posted < depth_ + retired) {
      const bool signal = posted % moderation_ == moderation_ - 1 || posted == total - 1;
      stamps_[static_cast<std::size_t>(posted % depth_)] = now();
      co_await client_.exec.execute(*params_.loop);
      const auto number = static_cast<std::uint64_t>(first + posted);
      const VerbsError error = co_await client_.post(number, signal);
      client_.posted(number, error);
      ++posted;
    }
    const int n = co_await client_.reap(client_.send_cq, wc);
    client_.check(std::span(wc).first(static_cast<std::size_t>(n)));
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
      const std::int64_t expected = std::min(retired / moderation_ * moderation_ + moderation_, total) - 1;
      if (wc[i].wr_id != static_cast<std::uint64_t>(first + expected))
        throw std::runtime_error("perftest client: " + *params_.operation + " bandwidth: completion of " +
                                 std::to_string(wc[i].wr_id) + " where " + std::to_string(first + expected) +
                                 " was awaited");
      if (measured != 0) retire(expected);
      retired = expected + 1;
    }
  }
}

Process Perftest::stream() {
  const std::int64_t warm_up = params_.warm_up->raw();
  if (warm_up > 0) co_await post_window(0, warm_up, 0);
  client_.exec.op() = Op::open(now());
  result_.open_window();
  co_await post_window(warm_up, params_.iterations->raw(), 1);
  close_window();
  co_await finish_side();
}

/// The server of a send test: takes in, and posts again.
Process Perftest::sink() {
  std::array<Wc, kBatch> wc{};
  const std::int64_t ahead = params_.rx_depth->raw();
  std::int64_t received = 0;
  while (received < rounds_) {
    const int n = co_await server_.reap(server_.receive_cq, wc);
    server_.check(std::span(wc).first(static_cast<std::size_t>(n)));
    for (int i = 0; i < n; ++i) {
      if (++received + ahead <= rounds_)
        co_await server_.post_receive(static_cast<std::uint64_t>(received + ahead - 1));
    }
    server_.exec.op() = Op::open(now());  // nobody waits for this side's software: its history ends here
  }
  co_await finish_side();
}

}  // namespace viosim::workload
