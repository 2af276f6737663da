// Between an IOMMU and its translation cache, where that is a block of its own: an IOTLB as RTL.
#pragma once
#include <cstdint>

#include "kernel/station.h"
#include "protocols/translation.h"

namespace viosim {

/// What the tables say of a page: an entry of the second level, which maps a page of `level` (0: 4 KB), or a fault.
struct IotlbAnswer {
  IommuFault fault = IommuFault::none;
  std::uint64_t entry = 0;
  unsigned level = 0;
};

class IotlbIf {
 public:
  virtual ~IotlbIf() = default;
  /// `t`, accounted for up to now, asks for its page of `domain`. Answered later.
  virtual void look_up(Translation& t, std::uint16_t domain) = 0;
  /// A walk that was asked for ends now. `keep`: later look-ups may use the answer.
  virtual void walked(unsigned walk, const IotlbAnswer& answer, bool keep) = 0;
  virtual void forget_all() = 0;
  /// Pages of 4 KB by number, first to last.
  virtual void forget(std::uint16_t domain, std::uint64_t first, std::uint64_t last) = 0;
};

/// The IOMMU, as its IOTLB sees it. Translations are accounted for up to now.
class IotlbUserIf {
 public:
  virtual ~IotlbUserIf() = default;
  virtual void answered(Translation& t, const IotlbAnswer& answer) = 0;
  /// `t` misses. `asks`: the page is to be walked for, on the account of `t`; else a walk is under way.
  virtual void missed(Translation& t, std::uint16_t domain, unsigned walk, bool asks) = 0;
  /// Where look-ups are charged, and where waiting for a walk.
  virtual Station& look_up_station() = 0;
  virtual Station& walk_station() = 0;
};

}  // namespace viosim
