// Parameters of a host's memory: populated ranges, caches, DRAM, the interconnect between sockets.
#pragma once
#include <string>

#include "kernel/param.h"

namespace viosim::host {

struct MemoryParams {
  Param<Count> sockets, cores_per_socket;
  Param<Bytes> node_memory;
  Param<Bytes> private_cache_size;
  Param<Count> private_cache_ways;
  Param<Bytes> llc_size;
  Param<Count> llc_ways;
  Param<Duration> llc_latency, llc_line, llc_snoop;
  Param<bool> ddio;
  Param<Count> ddio_ways;
  Param<Duration> dram_latency;
  Param<BitRate> dram_bandwidth;
  Param<Count> dram_channels;
  Param<Duration> remote_latency;
  Param<BitRate> remote_bandwidth;
  Param<std::string> io_attachment;
  Param<Count> line_fill_buffers, store_buffer_lines;

  explicit MemoryParams(ParamReader& in)
      : sockets(in.get<Count>("sockets", "sockets, each one memory node with one last-level cache", 1, 8)),
        cores_per_socket(in.get<Count>("cores_per_socket", "cores of a socket", 1, 32)),
        node_memory(in.get<Bytes>("node_memory", "DRAM populated at each socket", 1 << 20, std::int64_t{1} << 42)),
        private_cache_size(in.get<Bytes>("private_cache_size", "a core's first and second level", 64, 1 << 30)),
        private_cache_ways(in.get<Count>("private_cache_ways", "its ways", 1, 64)),
        llc_size(in.get<Bytes>("llc_size", "last-level cache of a socket, inclusive", 64, std::int64_t{1} << 32)),
        llc_ways(in.get<Count>("llc_ways", "its ways", 1, 64)),
        llc_latency(in.get<Duration>("llc_latency", "last-level cache, load to use")),
        llc_line(in.get<Duration>("llc_line", "each further 64-byte line from the last-level cache")),
        llc_snoop(in.get<Duration>("llc_snoop", "extra if another core of the socket has modified the line")),
        ddio(in.get<bool>("ddio", "device writes allocate in the last-level cache")),
        ddio_ways(in.get<Count>("ddio_ways", "ways of a set that they may take", 1, 64)),
        dram_latency(in.get<Duration>("dram_latency", "local DRAM beyond the last-level cache, first line included")),
        dram_bandwidth(in.get<BitRate>("dram_bandwidth", "sustained by the DRAM of one socket, all channels")),
        dram_channels(in.get<Count>("dram_channels", "channels of a socket; lines take turns", 1, 64)),
        remote_latency(in.get<Duration>("remote_latency", "extra of another socket's node, first line included")),
        remote_bandwidth(in.get<BitRate>("remote_bandwidth", "of the interconnect between sockets, one way")),
        io_attachment(in.choice("io_attachment", "devices hang on a hub near every socket, or on socket 0",
                                {"hub", "socket"})),
        line_fill_buffers(in.get<Count>("line_fill_buffers", "load misses that a core has under way", 1, 1024)),
        store_buffer_lines(in.get<Count>("store_buffer_lines", "store misses that a core does not wait for")) {}
};

}  // namespace viosim::host
