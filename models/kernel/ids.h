// Strong ids: an integer that cannot be taken for another kind of integer.
#pragma once
#include <compare>
#include <cstdint>

namespace viosim {

template <class Tag, class Rep = std::uint32_t>
struct Id {
  Rep value{};
  constexpr auto operator<=>(const Id&) const = default;
};

using SiteId = Id<struct SiteTag, std::uint16_t>;
using VmId = Id<struct VmTag>;
using Qpn = Id<struct QpnTag>;            ///< queue pair number, 24 bits on the wire
using Cqn = Id<struct CqnTag>;            ///< completion queue number, 24 bits
using Pdn = Id<struct PdnTag>;            ///< protection domain number
using Lkey = Id<struct LkeyTag>;          ///< local memory key
using Rkey = Id<struct RkeyTag>;          ///< remote memory key
using Bdf = Id<struct BdfTag, std::uint16_t>;  ///< PCIe requester id: bus, device, function
using Lid = Id<struct LidTag, std::uint16_t>;  ///< InfiniBand local identifier

}  // namespace viosim
