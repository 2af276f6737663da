// The root complex as cores see it: stores and loads to device registers.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/address.h"
#include "kernel/event.h"
#include "kernel/ledger.h"

namespace viosim {

/// A load from a device register under way; the core owns it and waits for `done`.
struct MmioLoad {
  Hpa address;
  Bytes size;
  Op op;                    ///< lent; on return the account of the completion
  std::uint64_t value = 0;  ///< all ones if nobody answered
  bool finished = false;
  Event done;
};

class MmioIf {
 public:
  virtual ~MmioIf() = default;
  /// True if [address, address + length) lies in a BAR of some function below.
  virtual bool decodes(Hpa address, Bytes length) const = 0;
  /// A posted write leaves the core where its account ends, now or later; those of one core come in order.
  /// `write_combined`: a whole line from a write-combining buffer.
  virtual void store(Hpa address, std::span<const std::byte> data, bool write_combined, Op op) = 0;
  virtual void load(MmioLoad& request) = 0;
};

}  // namespace viosim
