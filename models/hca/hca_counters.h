// Counters of an HCA: how often each mechanism ran.
#pragma once
#include <string>

#include "kernel/scheduler.h"

namespace viosim::hca {

struct HcaCounters {
  explicit HcaCounters(const std::string& site)
      : doorbells(add(site, "doorbells", "send doorbells taken in")),
        blueflame_posts(add(site, "blueflame_posts", "WQEs taken from the BlueFlame page")),
        bad_doorbells(add(site, "bad_doorbells", "register writes dropped: malformed or not the function's")),
        wqe_fetches(add(site, "wqe_fetches", "DMA reads of send and receive WQEs")),
        qp_misses(add(site, "qp_misses", "queue pair contexts fetched from host memory")),
        mpt_misses(add(site, "mpt_misses", "memory key entries fetched from host memory")),
        mtt_misses(add(site, "mtt_misses", "translation entries fetched from host memory")),
        packets(add(site, "packets", "packets sent")),
        retransmissions(add(site, "retransmissions", "packets sent again")),
        naks(add(site, "naks", "negative acknowledgements sent")),
        timeouts(add(site, "timeouts", "retransmission timers that expired")),
        rnr(add(site, "rnr", "receiver-not-ready answers sent")),
        cqes(add(site, "cqes", "completions written")),
        eqes(add(site, "eqes", "event queue entries written")),
        msix(add(site, "msix", "interrupt messages written")),
        dropped_corrupt(add(site, "dropped_corrupt", "packets dropped for a bad checksum")) {}

  std::uint64_t &doorbells, &blueflame_posts, &bad_doorbells, &wqe_fetches, &qp_misses, &mpt_misses, &mtt_misses,
      &packets, &retransmissions, &naks, &timeouts, &rnr, &cqes, &eqes, &msix, &dropped_corrupt;

 private:
  static std::uint64_t& add(const std::string& site, const char* name, const char* text) {
    return counters().add(site, name, text);
  }
};

}  // namespace viosim::hca
