// Models: ib_write_lat, ib_read_lat, ib_send_lat and ib_*_bw of perftest: their loops (run_iter_lat_write,
//   run_iter_lat, run_iter_lat_send, run_iter_bw), one queue pair, classic posting.
// Not modelled: its exchange of addresses by TCP; several queue pairs; bidirectional tests; peak bandwidth.
//
// Operations of the ledger. Latency: an iteration, from stamp to stamp on the client, with an account of its
// own from each stamp on. Bandwidth: from the post of a signalled operation until the poll that retires it; all
// share the client's account, which runs on from the first post: a completion that was waited for brings its
// own path, one that was there already leaves the processor's, and both reach back to the post. With
// moderation, operations that are not signalled are counted, and not closed.
// Samples: latency: half a round trip for write and send, a round trip for read; bandwidth: from the post to the
// retirement, signalled operations only. `iterations` of them; a latency test makes one iteration more, whose stamp ends the last sample.
#pragma once
#include <vector>

#include "workload/driver.h"
#include "workload/measured.h"
#include "workload/perftest_side.h"

namespace viosim::workload {

class Perftest {
 public:
  /// std::invalid_argument for what perftest refuses: events with write latency.
  Perftest(const PerftestParams& params, PerftestEnd client, PerftestEnd server, Driver& driver);

  /// Starts set-up and test. A failure ends the simulation by std::runtime_error.
  void start();
  const Measured& result() const { return result_; }

 private:
  Process run();
  Process ping_write(PerftestSide& side, int is_client);
  Process ping_send(PerftestSide& side, int is_client);
  Process ping_read();
  Process stream();
  Process sink();
  Task<> post_window(std::int64_t first, std::int64_t total, int measured);
  Task<> finish_side();
  Task<> check_data();

  bool is(const char* operation) const { return *params_.operation == operation; }
  void stamp(std::int64_t iteration);
  void close_window();
  void retire(std::int64_t number);

  PerftestParams params_;
  PerftestSide client_, server_;
  Driver& driver_;
  Measured result_;
  std::int64_t rounds_, depth_, moderation_;
  std::vector<Time> stamps_;
  Time last_stamp_;
  int sides_left_ = 2;
};

}  // namespace viosim::workload
