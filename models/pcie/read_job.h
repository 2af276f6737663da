// A DMA read that is being cut into requests or waits for their completions.
#pragma once
#include "kernel/pool.h"
#include "protocols/dma.h"

namespace viosim::pcie {

struct ReadJob : Pooled<ReadJob> {
  DmaRequest* request = nullptr;
  Bytes asked;     ///< already cut into TLPs
  Bytes answered;  ///< arrived, refused or given up
  ReadJob* next = nullptr;
};

/// One read TLP under way, by its tag.
struct ReadTag {
  ReadJob* job = nullptr;  ///< null: the tag is free
  Bytes offset, length;    ///< part of the job's request
  Bytes received;
  Time deadline;
};

}  // namespace viosim::pcie
