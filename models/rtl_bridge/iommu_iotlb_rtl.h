// Models: the IOTLB of an IOMMU, rtl/iommu_iotlb, in the place of the TLM's; the IOMMU's walkers walk for it. Requests that the
//   block has no room for stand before it, in order.
// Causes, at the IOMMU's site:
//   ClockCrossing = a request, and the end of a walk, to the next edge of core_clock
//   TlbLookup     = two cycles, hit or miss; one behind the end of a walk
//   InvalidationWait, Arbitration, PageWalk = what the block's cause_o says of the oldest look-up that it holds back:
//                   an invalidation goes through the sets; answers of a walk go first; no room for another walk
// and at its walkers': PageWalk = a request that joined a walk, until its end.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "iommu/iommu_params.h"
#include "kernel/cause.h"
#include "protocols/iotlb.h"
#include "rtl_bridge/iommu_iotlb_pins.h"
#include "rtl_bridge/rtl_clock.h"
#include "structures/fifo.h"

namespace viosim::rtl_bridge {

class IommuIotlbRtl : public IotlbIf, private RtlClock::BlockIf {
 public:
  /// Throws std::invalid_argument for entries, ways or a replacement that the block does not have.
  IommuIotlbRtl(const std::string& path, const iommu::IommuParams& params, IotlbUserIf& user);

  void look_up(Translation& t, std::uint16_t domain) override;
  void walked(unsigned walk, const IotlbAnswer& answer, bool keep) override;
  void forget_all() override;
  void forget(std::uint16_t domain, std::uint64_t first, std::uint64_t last) override;

  std::uint64_t edges() const { return clock_.edges(); }

 private:
  enum class Phase : std::uint8_t { crossing, looked_up, walk };
  struct Request {
    Translation* t = nullptr;
    std::uint16_t domain = 0;
    Phase phase = Phase::crossing;
    unsigned walk = 0;
    Time since;  ///< accounted for up to here
  };
  struct Walked { IommuIotlbPins::Walked what; Time at; };
  struct Forget { IommuIotlbPins::Forget what; Time at; };

  bool edge() override;
  void cross(Request& r);
  /// Puts before the block what came before now.
  void present();
  bool came_now() const;
  void take_answer();
  void take_miss();
  void spend(Request& r, Cause cause, Station& at);
  void note_cause();
  void add(const Forget& f);

  IotlbUserIf& user_;
  Station &look_ups_, &walks_;
  IommuIotlbPins pins_;
  RtlClock clock_;
  Cause cause_ = Cause::TlbLookup;  // of what the block holds, since the last change
  std::vector<Request> line_;       // before the block
  std::array<Request, IommuIotlbPins::kRequests> requests_;
  std::vector<unsigned> free_requests_;
  Fifo<Walked> walked_;
  Fifo<Forget> forgets_;
  bool shows_look_up_ = false, shows_walked_ = false, shows_forget_ = false;
};

}  // namespace viosim::rtl_bridge
