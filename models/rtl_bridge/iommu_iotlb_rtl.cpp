#include "rtl_bridge/iommu_iotlb_rtl.h"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <utility>

namespace viosim::rtl_bridge {
namespace {

using Pins = IommuIotlbPins;

unsigned ways_of(const std::string& path, const iommu::IommuParams& p) {
  const std::int64_t entries = p.iotlb_entries->raw(), ways = std::min(p.iotlb_ways->raw(), entries);
  if (ways > Pins::kWays)
    throw std::invalid_argument(path + ": iotlb_ways: as RTL it has at most " + std::to_string(Pins::kWays) + ", not " +
                                std::to_string(ways));
  const std::int64_t sets = entries / ways;
  if (entries % ways != 0 || sets > Pins::kSets || !std::has_single_bit(static_cast<std::uint64_t>(sets)))
    throw std::invalid_argument(path + ": iotlb_entries: as RTL they are ways times a power of two up to " +
                                std::to_string(Pins::kSets) + ", not " + std::to_string(entries) + " in " +
                                std::to_string(ways) + " ways");
  if (*p.replacement != "lru") throw std::invalid_argument(path + ": replacement: as RTL it is lru");
  return static_cast<unsigned>(ways);
}

unsigned level_of(Bytes page) { return page >= Bytes(1 << 30) ? 2 : page >= Bytes(2 << 20) ? 1 : 0; }

}  // namespace

IommuIotlbRtl::IommuIotlbRtl(const std::string& path, const iommu::IommuParams& params, IotlbUserIf& user)
    : user_(user), look_ups_(user.look_up_station()), walks_(user.walk_station()),
      pins_(path, static_cast<unsigned>(params.iotlb_entries->raw()) / ways_of(path, params), ways_of(path, params),
            level_of(*params.largest_page)),
      clock_(*params.core_clock, *this) {
  look_ups_.based_on(Cause::TlbLookup, params.core_clock);
  look_ups_.based_on(Cause::ClockCrossing, params.core_clock);
  for (unsigned i = Pins::kRequests; i > 0; --i) free_requests_.push_back(i - 1);
}

void IommuIotlbRtl::look_up(Translation& t, std::uint16_t domain) {
  Request r;
  r.t = &t;
  r.domain = domain;
  r.since = now();
  line_.push_back(r);
  clock_.wake();
}

void IommuIotlbRtl::walked(unsigned walk, const IotlbAnswer& answer, bool keep) {
  for (Request& r : requests_) {
    if (r.t == nullptr || r.phase != Phase::walk || r.walk != walk) continue;
    if (r.t->op.last() == now()) r.since = now();  // the walk was on its account
    spend(r, Cause::PageWalk, walks_);
    r.phase = Phase::crossing;
  }
  walked_.push({{walk, keep, static_cast<std::uint8_t>(answer.fault), answer.entry, answer.level}, now()});
  clock_.wake();
}

void IommuIotlbRtl::forget_all() { add({{true, 0, 0, 0}, now()}); }
void IommuIotlbRtl::forget(std::uint16_t domain, std::uint64_t first, std::uint64_t last) {
  add({{false, domain, first, last}, now()});
}
void IommuIotlbRtl::add(const Forget& f) {
  forgets_.push(f);
  clock_.wake();
}

bool IommuIotlbRtl::edge() {
  for (Request& r : line_) cross(r);
  for (Request& r : requests_) cross(r);
  present();
  const bool looks_up = shows_look_up_ && pins_.takes_look_up();
  const bool walked = shows_walked_ && pins_.takes_walked(), forgets = shows_forget_ && pins_.takes_forget();
  pins_.edge(static_cast<std::uint64_t>(now().ps()));
  if (looks_up) {
    requests_[free_requests_.back()] = line_.front();
    free_requests_.pop_back();
    line_.erase(line_.begin());
  }
  if (walked) walked_.pop();
  if (forgets) forgets_.pop();
  if (pins_.answers()) take_answer();
  if (pins_.misses()) take_miss();
  present();
  note_cause();
  return pins_.quiescent() && !came_now();
}

/// What came before this edge has waited for it.
void IommuIotlbRtl::cross(Request& r) {
  if (r.t == nullptr || r.phase != Phase::crossing || r.since == now()) return;
  spend(r, Cause::ClockCrossing, look_ups_);
  r.phase = Phase::looked_up;
}

void IommuIotlbRtl::present() {
  pins_.withdraw();
  shows_look_up_ = !line_.empty() && !free_requests_.empty() &&
                   line_.front().phase != Phase::crossing;
  if (shows_look_up_)
    pins_.look_up(free_requests_.back(), line_.front().domain, line_.front().t->address.raw() >> 12);
  shows_walked_ = !walked_.empty() && walked_.front().at < now();
  if (shows_walked_) pins_.walked(walked_.front().what);
  shows_forget_ = !forgets_.empty() && forgets_.front().at < now();
  if (shows_forget_) pins_.forget(forgets_.front().what);
  pins_.settle();
}

/// Something came at the time of this edge: the next one sees it.
bool IommuIotlbRtl::came_now() const {
  return (!line_.empty() && line_.front().phase == Phase::crossing) ||
         (!walked_.empty() && walked_.front().at == now()) || (!forgets_.empty() && forgets_.front().at == now());
}

void IommuIotlbRtl::take_answer() {
  const Pins::Answer a = pins_.answer();
  Request r = std::exchange(requests_.at(a.request), Request{});
  if (r.t == nullptr) throw std::logic_error(look_ups_.path() + ": the IOTLB answers a request that nobody made");
  free_requests_.push_back(a.request);
  spend(r, cause_, look_ups_);
  user_.answered(*r.t, {static_cast<IommuFault>(a.fault), a.entry, a.level});
}

void IommuIotlbRtl::take_miss() {
  const Pins::Miss m = pins_.miss();
  Request& r = requests_.at(m.request);
  spend(r, cause_, look_ups_);
  r.phase = Phase::walk;
  r.walk = m.walk;
  user_.missed(*r.t, r.domain, m.walk, m.asks);
}

void IommuIotlbRtl::spend(Request& r, Cause cause, Station& at) {
  if (r.since == now()) return;
  at.charge_past(r.t->op, cause, cause == Cause::TlbLookup ? SpanKind::delay : SpanKind::queued, r.since);
  r.since = now();
}

/// Where what the block holds begins to wait for something else.
void IommuIotlbRtl::note_cause() {
  const std::uint8_t said = pins_.cause();
  const Cause cause = said < kCauseCount ? static_cast<Cause>(said) : Cause::TlbLookup;
  if (cause == cause_) return;
  for (Request& r : requests_)
    if (r.t != nullptr && r.phase == Phase::looked_up) spend(r, cause_, look_ups_);
  for (Request& r : line_)
    if (r.phase == Phase::looked_up) spend(r, cause_, look_ups_);
  cause_ = cause;
}

}  // namespace viosim::rtl_bridge
