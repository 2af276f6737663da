#pragma once
#include <cstdint>
#include <vector>

#include "pcie/credit_params.h"

namespace viosim::pcie {

/// What the fields of MPS and MRRS can say (PCI Express Base Specification 3.0, 7.8.4).
inline const std::vector<std::int64_t> kPayloadSizes{128, 256, 512, 1024, 2048, 4096};

struct EndpointParams {
  Param<Count> generation;
  Param<Bytes> max_payload, max_read_request;
  Param<Count> tags;
  Param<Bytes> completion_buffer;
  Param<Duration> completion_timeout, register_read;
  CreditParams credits;

  explicit EndpointParams(ParamReader& in)
      : generation(in.get<Count>("generation", "highest generation of PCI Express that the device speaks", 1, 5)),
        max_payload(in.one_of<Bytes>("max_payload", "largest payload of a TLP (MPS)", kPayloadSizes)),
        max_read_request(in.one_of<Bytes>("max_read_request", "most that one read asks for (MRRS)", kPayloadSizes)),
        tags(in.get<Count>("tags", "reads under way at once", 1, 1024)),
        completion_buffer(in.get<Bytes>("completion_buffer", "bytes of reads under way that the device has room "
                                        "for", 128)),
        completion_timeout(in.get<Duration>("completion_timeout", "after which a read without answer is given "
                                            "up", 1)),
        register_read(in.get<Duration>("register_read", "device's own time to answer the read of a register")),
        credits(in) {}
};

}  // namespace viosim::pcie
