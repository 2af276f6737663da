// The engine that starts messages: one every `message_interval`, queue pairs in turn (each has one request in
// line at most). The interval is an initiation interval: a lone message does not wait for it.
#pragma once
#include "hca/hca_params.h"
#include "kernel/station.h"

namespace viosim::hca {

class WqeEngine {
 public:
  WqeEngine(const std::string& path, const HcaParams& params)
      : station_(path, 1), fetch_(path + ".fetch", 0), interval_(*params.message_interval) {
    station_.based_on(Cause::Pipeline, params.message_interval);
    fetch_.based_on(Cause::WqeFetch, params.dma_engine_latency);
  }
  /// A message may start now.
  bool free() const { return free_at_ <= now(); }
  /// The next start; `op` is charged up to it.
  Time grant(Op& op) {
    const Time start = latest({now(), kNoCause}, {free_at_, Cause::Pipeline}).at;
    if (start != now()) ledger().charge(op, station_.site(), Cause::Pipeline, SpanKind::queued, now(), start);
    free_at_ = start + interval_;
    ledger().occupy(station_.site(), Cause::Pipeline, SpanKind::served, start, free_at_, op.traced());
    return start;
  }
  Station& station() { return station_; }
  /// Where work waits for its WQE; occupies nothing.
  Station& fetch() { return fetch_; }

 private:
  Station station_, fetch_;
  Duration interval_;
  Time free_at_;
};

}  // namespace viosim::hca
