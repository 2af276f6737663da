// The data segments of a WQE, read in place from its bytes.
#pragma once
#include "kernel/address.h"
#include "kernel/ids.h"
#include "protocols/buffer.h"
#include "protocols/hca_abi.h"

namespace viosim::hca {

struct DataSegment {
  std::uint32_t length;
  Lkey lkey;
  Gva address;
};

struct SgeList {
  Buffer wqe;
  std::size_t at = 0;       ///< where the first segment stands
  std::size_t count = 0;
  DataSegment operator[](std::size_t i) const {
    const std::span<const std::byte> b = wqe.bytes().subspan(at + i * hca_abi::kSegment, hca_abi::kSegment);
    return {hca_abi::get<std::uint32_t>(b, 0), Lkey{hca_abi::get<std::uint32_t>(b, 4)},
            Gva(hca_abi::get<std::uint64_t>(b, 8))};
  }
};

}  // namespace viosim::hca
