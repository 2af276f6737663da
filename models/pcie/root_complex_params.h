#pragma once
#include "pcie/credit_params.h"

namespace viosim::pcie {

/// Read completion boundary of a root complex: completions are cut at multiples of it (PCI Express Base
/// Specification 3.0, 2.3.1.1: 64 or 128 bytes; Intel hosts: 64).
inline constexpr Bytes kReadCompletionBoundary{64};

struct RootComplexParams {
  Param<Count> generation;
  Param<Duration> transit;
  Param<Bytes> completion_unit;
  Param<Count> outbound_reads;
  CreditParams credits;

  explicit RootComplexParams(ParamReader& in)
      : generation(in.get<Count>("generation", "highest generation of PCI Express that the ports speak", 1, 5)),
        transit(in.get<Duration>("transit", "one way through the root complex, between a port and memory or cores")),
        completion_unit(in.one_of<Bytes>("completion_unit", "reads are answered in completions cut at multiples "
                                         "of this, at most the maximum payload",
                                         {kReadCompletionBoundary.raw(), 128, 256, 512, 1024, 2048, 4096})),
        outbound_reads(in.get<Count>("outbound_reads", "reads of device registers under way at once", 1, 256)),
        credits(in) {}
};

}  // namespace viosim::pcie
