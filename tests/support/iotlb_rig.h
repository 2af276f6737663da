// An IOMMU with its own IOTLB or with the RTL's, and a script of requests and invalidations: what each request was answered,
// when, and what it spent its time on. A run is a process of its own, so that one test sees both.
#pragma once
#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "iommu/page_table.h"
#include "rtl_bridge/iommu_iotlb_rtl.h"
#include "support/child.h"
#include "support/iommu_rig.h"
#include "support/pcie_load.h"

namespace viosim::test {
inline namespace iotlb_rig {

struct Step {
  enum class Kind { ask, ask_write, remap, unmap, map_large, forget_page, forget_domain, forget_all };
  std::int64_t at;
  Kind kind;
  std::uint64_t page;       ///< number of a 4 KB page
  Bdf device = kAssigned;   ///< or kNeighbour, which has a domain of its own
};

/// Answer to an ask; in the order of the script.
struct Asked {
  int step;
  std::int64_t at;          ///< of the answer, ps
  int fault;
  std::uint64_t result;
  std::int64_t crossing, look_up, walk, invalidation, arbitration;
};

struct IotlbSetup {
  LiteralParams iommu = iommu_literals().set("lookup", "4 ns");
  bool rtl = true, gated = true;
};
constexpr std::int64_t kIotlbCycle = 2000;  // 500 MHz

class IotlbRig : public IommuRig {
 public:
  IotlbRig(const IotlbSetup& setup, const std::vector<Step>& script)
      : IommuRig(setup.iommu), script_(script), asks_(script.size()),
        next_([](void* self) { static_cast<IotlbRig*>(self)->do_due(); }, this) {
    iommu.attach(kNeighbour, iommu.add_domain());
    for (std::uint64_t page = 0; page < 64; ++page) tables(kNeighbour).map(Iova(page << 12), frame(page), iommu::kPage);
    if (setup.rtl) {
      rtl_ = std::make_unique<rtl_bridge::IommuIotlbRtl>("iommu.iotlb", params, iommu.as_iotlb_user());
      iommu.look_up_by(*rtl_);
    }
    if (!script_.empty()) next_.arm(Time(script_.front().at));
  }

  std::string text() {
    scheduler().run_until(Time(1'000'000'000));
    std::ostringstream out;
    for (std::size_t i = 0; i < asks_.size(); ++i) {
      if (asks_[i] == nullptr || !asks_[i]->t.finished) continue;
      const Translation& t = asks_[i]->t;
      out << i << ' ' << t.op.last().ps() << ' ' << static_cast<int>(t.fault) << ' ' << t.result.raw();
      for (Cause c : {Cause::ClockCrossing, Cause::TlbLookup, Cause::PageWalk, Cause::InvalidationWait, Cause::Arbitration})
        out << ' ' << spent(t.op, c);
      out << '\n';
    }
    out << "walks " << counter("iommu", "page_walks") << " misses " << counter("iommu", "iotlb_misses") << '\n';
    return out.str();
  }
  rtl_bridge::IommuIotlbRtl& rtl() { return *rtl_; }
  /// What the script's remaps lead to: the n-th one of all to frame(1000 + n).
  static Hpa frame(std::uint64_t number) { return Hpa{} + Bytes(static_cast<std::int64_t>(number) << 12); }

 private:
  struct Ask : Waiter {
    Translation t;
    IotlbRig* owner = nullptr;
    void finish() {
      if (t.ticket != Epochs::kNoTicket) owner->iommu.retire(t.ticket);
    }
  };
  iommu::PageTable& tables(Bdf device) { return iommu.tables(*iommu.domain_of(device)); }

  void do_due() {
    for (; done_ < script_.size() && Time(script_[done_].at) <= now(); ++done_) act(script_[done_]);
    if (done_ < script_.size()) next_.arm(Time(script_[done_].at));
  }
  void act(const Step& s) {
    const std::uint16_t domain = *iommu.domain_of(s.device);
    const Iova address(s.page << 12);
    switch (s.kind) {
      case Step::Kind::ask:
      case Step::Kind::ask_write: ask(s); break;
      case Step::Kind::remap: tables(s.device).map(address, frame(1000 + remaps_++), iommu::kPage); break;
      case Step::Kind::unmap: tables(s.device).unmap(address); break;
      case Step::Kind::map_large: tables(s.device).map(address, Hpa(4 << 20), iommu::kLargePage); break;
      case Step::Kind::forget_page: iommu.invalidate_page(domain, address); break;
      case Step::Kind::forget_domain: iommu.invalidate(domain); break;
      case Step::Kind::forget_all: iommu.forget_all(); break;
    }
  }
  void ask(const Step& s) {
    auto& a = asks_[done_] = std::make_unique<Ask>();
    a->owner = this;
    prepare(a->t, s.device, (s.page << 12) + 0x40, s.kind == Step::Kind::ask_write);
    a->fire = [](Wakeable* w) { static_cast<Ask*>(static_cast<Waiter*>(w))->finish(); };
    iommu.translate(a->t);
    if (a->t.finished) a->finish();
    else a->t.done.add(*a);
  }

  const std::vector<Step>& script_;
  std::vector<std::unique_ptr<Ask>> asks_;
  std::unique_ptr<rtl_bridge::IommuIotlbRtl> rtl_;
  Timer next_;
  std::size_t done_ = 0;
  std::uint64_t remaps_ = 0;
};

inline std::string iotlb_text(const IotlbSetup& setup, const std::vector<Step>& script) {
  return in_child([&] {
    rtl_bridge::RtlClock::gate(setup.gated);
    Simulation simulation;
    IotlbRig rig(setup, script);
    return rig.text();
  });
}

struct IotlbRun {
  std::vector<Asked> asked;
  std::int64_t walks = 0, misses = 0;
};

inline IotlbRun iotlb_run(const IotlbSetup& setup, const std::vector<Step>& script) {
  const std::string text = iotlb_text(setup, script);
  IotlbRun run;
  std::istringstream in(text);
  for (std::string word; in >> word;) {
    if (word == "walks") {
      in >> run.walks >> word >> run.misses;
      continue;
    }
    Asked a{};
    if (word.find_first_not_of("0123456789") != std::string::npos) throw std::runtime_error(text.substr(0, 400));
    a.step = std::stoi(word);
    in >> a.at >> a.fault >> a.result >> a.crossing >> a.look_up >> a.walk >> a.invalidation >> a.arbitration;
    run.asked.push_back(a);
  }
  std::size_t asks = 0;
  for (const Step& s : script)
    if (s.kind == Step::Kind::ask || s.kind == Step::Kind::ask_write) ++asks;
  if (run.asked.size() != asks) throw std::runtime_error("not all were answered: " + text.substr(0, 400));
  return run;
}

/// An answer must be what the tables said at some time between the asking and the answer, as far as invalidations told: what
/// stood there when the page was last invalidated before the asking, or later. Answers what is wrong; empty: nothing.
inline std::string iotlb_check(const std::vector<Step>& script, const IotlbRun& run, const std::vector<std::uint64_t>& first) {
  using K = Step::Kind;
  for (const Asked& a : run.asked) {
    const Step& ask = script[static_cast<std::size_t>(a.step)];
    std::vector<std::uint64_t> allowed = {first.at(ask.page)};
    std::uint64_t remaps = 0, current = allowed.front();
    for (int i = 0; i < static_cast<int>(script.size()) && script[static_cast<std::size_t>(i)].at <= a.at; ++i) {
      const Step& s = script[static_cast<std::size_t>(i)];
      const bool ours = s.device == ask.device;
      if (s.kind == K::remap) {
        const std::uint64_t to = 1000 + remaps++;
        if (ours && s.page == ask.page) {
          current = to;
          allowed.push_back(current);
        }
      }
      const bool forgets = s.kind == K::forget_all || (ours && s.kind == K::forget_domain) ||
                           (ours && s.kind == K::forget_page && s.page == ask.page);
      if (forgets && i < a.step) allowed = {current};
    }
    if (a.fault != 0) return std::to_string(a.step) + " faults";
    const std::uint64_t frame = a.result >> 12;
    if (std::find(allowed.begin(), allowed.end(), frame) == allowed.end())
      return std::to_string(a.step) + " was answered " + std::to_string(frame);
  }
  return "";
}

}  // namespace iotlb_rig
}  // namespace viosim::test
