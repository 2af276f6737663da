// Parameters of a pcie-bench run, by the names of its tests.
#pragma once
#include <string>

#include "kernel/param.h"

namespace viosim::workload {

struct PcieBenchParams {
  Param<std::string> test, interface, access, cache, mapping;
  Param<Bytes> size, offset, window;
  Param<Count> node, workers, iterations, warm_up;
  Param<Duration> loop;

  explicit PcieBenchParams(ParamReader& in)
      : test(in.choice("test", "one at a time: a read, or a write and a read of the same place; or as many as the workers ask for",
                       {"lat_rd", "lat_wrrd", "bw_rd", "bw_wr", "bw_rdwr"})),
        interface(in.choice("interface", "descriptors of the DMA engine, or commands that go straight to PCI Express",
                            {"dma", "command"})),
        access(in.choice("access", "order of the places inside the window", {"random", "sequential"})),
        cache(in.choice("cache", "before the test: nothing of the window cached, or all of it written once",
                        {"cold", "host_warm", "device_warm"})),
        mapping(in.choice("mapping", "bus addresses are the host's, or translated by the IOMMU or a device TLB (ATS)",
                          {"direct", "iommu", "ats"})),
        size(in.get<Bytes>("size", "of a transfer", 1, 4096)),
        offset(in.get<Bytes>("offset", "of a transfer from the beginning of its first cache line", 0, 4095)),
        window(in.get<Bytes>("window", "host memory that is accessed", 64, std::int64_t{1} << 34)),
        node(in.get<Count>("node", "socket of that memory; devices are at socket 0", 0, 255)),
        workers(in.get<Count>("workers", "bandwidth: transfers that software keeps under way", 1, 65'536)),
        iterations(in.get<Count>("iterations", "transfers that are measured", 1)),
        warm_up(in.get<Count>("warm_up", "transfers before them")),
        loop(in.get<Duration>("loop", "device's software between a transfer and the next one")) {}
};

}  // namespace viosim::workload
