// Models: the root complex of a host: decodes stores and loads of cores to BARs and sends them down; carries
// out what devices send up: translation by the IOMMU, order, memory accesses, interrupt messages, completions
// cut at `completion_unit`. What nobody may touch is refused: a write is dropped, a read answered by
// Unsupported Request without data.
// Not modelled: peer-to-peer between devices, interrupt remapping, atomics, bandwidth of its own.
// Causes:
//   RootComplexTransit = transit, each way: port to memory and back, core to port and back
//   OrderingStall      = behind a write that is not done: writes of a port are done in order, and reads, interrupt
//                        messages and answers wait for the writes before them; completions leave in order of address
//   TagExhausted       = a load waits while outbound_reads loads are under way
#pragma once
#include <memory>
#include <systemc>
#include <vector>

#include "kernel/starving.h"
#include "pcie/bar_map.h"
#include "pcie/root_port.h"
#include "protocols/mmio.h"
#include "structures/fifo.h"

namespace viosim::pcie {

class RootComplex : public sc_core::sc_module, public MmioIf, private CompletionIf {
 public:
  /// `ports`: how many links will be attached; a port without a link fails at elaboration.
  RootComplex(sc_core::sc_module_name name, const RootComplexParams& params, unsigned ports, MemoryIf& memory,
              IrqRouterIf& interrupts, IommuIf* iommu);

  /// Attaches `link` to the next free port and answers its number. Throws std::invalid_argument if none is free
  /// or the link is of a later generation than the ports.
  unsigned attach(Link& link);
  /// Decodes [base, base + size) to BAR `bar` of `function` below `port`. Throws std::invalid_argument.
  void map_bar(Bdf function, std::uint8_t bar, Hpa base, Bytes size, unsigned port);

  bool decodes(Hpa address, Bytes length) const override { return bars_.find(address, length) != nullptr; }
  void store(Hpa address, std::span<const std::byte> data, bool write_combined, Op op) override;
  void load(MmioLoad& request) override;

 private:
  void completed(Tlp* tlp) override;
  void start(MmioLoad& request, Op& op, std::uint16_t tag);
  void fail(MmioLoad& request);
  std::string held_back() const;

  Count generation_;
  RootShared shared_;
  std::vector<std::unique_ptr<RootPort>> ports_;
  unsigned attached_ = 0;
  BarMap bars_;
  std::vector<MmioLoad*> loads_;  // by tag
  Fifo<std::uint16_t> free_tags_;
  Fifo<MmioLoad*> waiting_;
  std::uint64_t &tag_stalls_, &undecoded_;
  Starving starving_;
};

}  // namespace viosim::pcie
