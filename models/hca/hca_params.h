// Parameters of an HCA. Values stand in scenarios/parts/hca-*.toml.
#pragma once
#include "kernel/param.h"

namespace viosim::hca {

struct HcaParams {
  Param<Duration> message_interval, tx_pipeline, rx_pipeline, dma_engine_latency;
  Param<Bytes> datapath_width;
  Param<Frequency> datapath_clock;
  Param<Count> wqe_reads, wqes_per_read, wqe_buffer, gather_reads, send_window;
  Param<Count> qp_cache, mpt_cache, mtt_cache, cache_ways;
  Param<Bytes> blueflame;
  Param<bool> vf_blueflame;

  explicit HcaParams(ParamReader& in)
      : message_interval(in.get<Duration>("message_interval", "shortest time between the starts of two messages", 1)),
        tx_pipeline(in.get<Duration>("tx_pipeline", "from a packet's payload at hand to its first bit at the port")),
        rx_pipeline(in.get<Duration>("rx_pipeline", "from a packet stored and checked to its processing")),
        dma_engine_latency(in.get<Duration>("dma_engine_latency", "inside the device, once per DMA read")),
        datapath_width(in.get<Bytes>("datapath_width", "bytes a clock on the internal payload path", 1)),
        datapath_clock(in.get<Frequency>("datapath_clock", "clock of the internal payload path")),
        wqe_reads(in.get<Count>("wqe_reads", "WQE fetches in flight per queue pair", 1)),
        wqes_per_read(in.get<Count>("wqes_per_read", "most WQEs in one fetch", 1, 256)),
        wqe_buffer(in.get<Count>("wqe_buffer", "WQEs held per queue pair before their messages start", 1)),
        gather_reads(in.get<Count>("gather_reads", "packets whose payload is being gathered at once", 1)),
        send_window(in.get<Count>("send_window", "unacknowledged packets per queue pair", 2, 1 << 22)),
        qp_cache(in.get<Count>("qp_cache", "entries of the queue pair context cache", 1)),
        mpt_cache(in.get<Count>("mpt_cache", "entries of the memory key cache", 1)),
        mtt_cache(in.get<Count>("mtt_cache", "entries of the translation cache, a 4 KB page each", 8)),
        cache_ways(in.get<Count>("cache_ways", "associativity of the three context caches; one with fewer "
                                 "entries is one set", 1)),
        blueflame(in.one_of<Bytes>("blueflame", "size of one BlueFlame buffer; 0: none",
                                   {0, 64, 128, 256, 512, 1024, 2048})),
        vf_blueflame(in.get<bool>("vf_blueflame", "virtual functions may post through BlueFlame")) {}
};

}  // namespace viosim::hca
