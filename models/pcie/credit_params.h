// What a receiver advertises: buffer space by flow-control class, and how soon it tells that space is free.
#pragma once
#include "kernel/param.h"

namespace viosim::pcie {

/// Part of the root complex's and of the endpoint's parameters. 0 means infinite. Data units are 16 bytes.
struct CreditParams {
  Param<Count> posted_headers, posted_data;
  Param<Count> non_posted_headers, non_posted_data;
  Param<Count> completion_headers, completion_data;
  Param<Duration> update_fc_delay;

  // The fields of InitFC hold 8 bits for headers and 12 for data, of which half may be outstanding
  // (PCI Express Base Specification 3.0, 2.6.1).
  explicit CreditParams(ParamReader& in)
      : posted_headers(in.get<Count>("posted_headers", "credits for headers of writes; 0 is infinite", 0, 127)),
        posted_data(in.get<Count>("posted_data", "credits of 16 bytes for data of writes; 0 is infinite", 0, 2047)),
        non_posted_headers(in.get<Count>("non_posted_headers", "credits for headers of reads; 0 is infinite",
                                         0, 127)),
        non_posted_data(in.get<Count>("non_posted_data", "credits of 16 bytes for data of non-posted requests; "
                                      "0 is infinite; memory reads use none", 0, 2047)),
        completion_headers(in.get<Count>("completion_headers", "credits for headers of completions; 0 is infinite",
                                         0, 127)),
        completion_data(in.get<Count>("completion_data", "credits of 16 bytes for data of completions; "
                                      "0 is infinite", 0, 2047)),
        update_fc_delay(in.get<Duration>("update_fc_delay", "from freed buffer space to its UpdateFC")) {}
};

}  // namespace viosim::pcie
