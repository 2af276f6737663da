// One direction of a link with its own order or with the RTL's: who was sent when, who arrived when, and what each spent its
// time on. A run is a process of its own, so that one test sees both.
#pragma once
#include <array>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "pcie/link.h"
#include "rtl_bridge/pcie_tlp_tx_rtl.h"
#include "support/child.h"
#include "support/pcie_load.h"
#include "support/pcie_rig.h"

namespace viosim::test {
inline namespace tlp_tx_rig {

struct Sent {
  std::int64_t at;
  TlpClass cls;
  std::int64_t length;  ///< of the payload; a read has none
  bool relaxed = false;
};

/// A TLP that arrived; in the order of arrival. Times in ps.
struct Arrived {
  int id;  ///< its place among those sent
  std::int64_t at, crossing, arbitration, credit, ordering, wire;
};

struct TlpTxSetup {
  LiteralParams link = link_literals();
  LiteralParams receiver = root_literals();
  Duration keeps = nanoseconds(50);  ///< how long the receiver keeps a TLP's buffer
  std::int64_t disturb = 0;          ///< a DLLP takes the wire every so many ps
  bool faults = false;               ///< one TLP in twenty is corrupted, one Ack in twenty lost
  bool rtl = true, gated = true;
};

class TlpTxRig : public sc_core::sc_module {
 public:
  TlpTxRig(sc_core::sc_module_name module, const TlpTxSetup& setup, const std::vector<Sent>& stimulus)
      : sc_module(module), setup_(setup), stimulus_(stimulus), link_params_(setup_.link), root_params_(setup_.receiver),
        endpoint_params_(endpoint_), link_("link", link_params_, root_params_.credits, endpoint_params_.credits),
        device_("device"), root_("root"), device_end_("device_end"), root_end_("root_end"),
        next_([](void* self) { static_cast<TlpTxRig*>(self)->send_due(); }, this),
        dllp_([](void* self) { static_cast<TlpTxRig*>(self)->disturb(); }, this) {
    device_.bind(link_.up_in);
    root_.bind(link_.down_in);
    link_.up_out.bind(root_end_);
    link_.down_out.bind(device_end_);
    root_end_.deliver_to<&TlpTxRig::arrive>(this);
    device_end_.deliver_to<&TlpTxRig::ignore>(this);
    if (setup.faults)
      link_.inject(pcie::FaultParams(faults_.set("fault_corrupt", "0.05").set("fault_lose_dllp", "0.05")), 1);
    if (setup.rtl) {
      rtl_ = std::make_unique<rtl_bridge::PcieTlpTxRtl>("rig.link.tlp_tx", link_params_, root_params_.credits,
                                                        link_.up.as_wire());
      link_.up.transmit_by(*rtl_);
    }
    if (!stimulus_.empty()) next_.arm(Time(stimulus_.front().at));
    if (setup.disturb > 0) dllp_.arm(Time(setup.disturb));
  }

  std::string text() {
    scheduler().run_until(Time(1'000'000'000));
    return out_.str() + (link_.up.posted_sent() == link_.up.posted_launched() ? "" : "!");
  }
  rtl_bridge::PcieTlpTxRtl& rtl() { return *rtl_; }

 private:
  void send_due() {
    while (sent_ < stimulus_.size() && Time(stimulus_[sent_].at) <= now()) {
      const Sent& s = stimulus_[sent_];
      auto* tlp = new Tlp;
      tlp->kind = s.cls == TlpClass::posted       ? TlpKind::memory_write
                  : s.cls == TlpClass::non_posted ? TlpKind::memory_read
                                                  : TlpKind::completion_data;
      tlp->address = Iova(std::uint64_t{1} << 40);
      tlp->length = Bytes(s.length);
      tlp->relaxed_ordering = s.relaxed;
      tlp->tag = static_cast<std::uint16_t>(sent_++);
      tlp->op = Op::open(now());
      device_.send(tlp);
    }
    if (sent_ < stimulus_.size()) next_.arm(Time(stimulus_[sent_].at));
  }
  void disturb() {
    link_.up.put_dllp();
    if (now() < Time(50'000'000)) dllp_.arm(now() + Duration(setup_.disturb));
  }
  void arrive(Tlp* tlp) {
    const std::unique_ptr<Tlp> done(tlp);
    out_ << tlp->tag << ' ' << now().ps();
    for (Cause c : {Cause::ClockCrossing, Cause::Arbitration, Cause::CreditStall, Cause::OrderingStall,
                    Cause::LinkSerialization})
      out_ << ' ' << spent(tlp->op, c);
    out_ << '\n';
    link_.up.consumed(tlp->flow_class(), tlp->payload(), now() + setup_.keeps);
  }
  void ignore(Tlp* tlp) { delete tlp; }

  TlpTxSetup setup_;
  const std::vector<Sent>& stimulus_;
  LiteralParams endpoint_ = endpoint_literals(), faults_ = fault_literals();
  pcie::LinkParams link_params_;
  pcie::RootComplexParams root_params_;
  pcie::EndpointParams endpoint_params_;
  pcie::Link link_;
  Out<Tlp> device_, root_;
  In<Tlp> device_end_, root_end_;
  std::unique_ptr<rtl_bridge::PcieTlpTxRtl> rtl_;
  Timer next_, dllp_;
  std::size_t sent_ = 0;
  std::ostringstream out_;
};

/// What arrived, as text.
inline std::string tlp_tx_text(const TlpTxSetup& setup, const std::vector<Sent>& stimulus) {
  return in_child([&] {
    rtl_bridge::RtlClock::gate(setup.gated);
    Simulation simulation;
    TlpTxRig rig("rig", setup, stimulus);
    return rig.text();
  });
}

inline std::vector<Arrived> tlp_tx_run(const TlpTxSetup& setup, const std::vector<Sent>& stimulus) {
  const std::string text = tlp_tx_text(setup, stimulus);
  std::vector<Arrived> all;
  std::istringstream in(text);
  for (Arrived a; in >> a.id >> a.at >> a.crossing >> a.arbitration >> a.credit >> a.ordering >> a.wire;)
    all.push_back(a);
  if (all.size() != stimulus.size()) throw std::runtime_error("not all arrived: " + text.substr(0, 400));
  return all;
}

/// Table 2-34 of the Base Specification, asked of the order of arrival; and what the receiver advertised, of its buffer.
/// Answers what is wrong; empty: nothing.
inline std::string tlp_tx_check(const TlpTxSetup& setup, const std::vector<Sent>& sent,
                                const std::vector<Arrived>& arrived) {
  std::vector<bool> there(sent.size());
  for (const Arrived& a : arrived) {
    const Sent& s = sent[static_cast<std::size_t>(a.id)];
    if (there[static_cast<std::size_t>(a.id)]) return std::to_string(a.id) + " came twice";
    there[static_cast<std::size_t>(a.id)] = true;
    for (int before = 0; before < a.id; ++before) {
      const Sent& b = sent[static_cast<std::size_t>(before)];
      if (there[static_cast<std::size_t>(before)]) continue;
      const bool may = b.cls == TlpClass::posted ? s.relaxed && s.cls != TlpClass::non_posted
                                                 : s.cls != b.cls || (s.relaxed != b.relaxed);
      if (!may) return std::to_string(a.id) + " passed " + std::to_string(before);
    }
  }
  const pcie::RootComplexParams advertised(const_cast<LiteralParams&>(setup.receiver));
  const pcie::CreditParams& c = advertised.credits;
  const std::array<std::array<Count, 2>, 3> limits{{{*c.posted_headers, *c.posted_data},
                                                    {*c.non_posted_headers, *c.non_posted_data},
                                                    {*c.completion_headers, *c.completion_data}}};
  for (std::size_t i = 0; i < arrived.size(); ++i) {
    std::array<std::array<std::int64_t, 2>, 3> used{};
    for (std::size_t j = 0; j <= i; ++j) {
      if (Time(arrived[j].at) + setup.keeps <= Time(arrived[i].at)) continue;
      const Sent& s = sent[static_cast<std::size_t>(arrived[j].id)];
      auto& of = used[static_cast<std::size_t>(s.cls)];
      ++of[0];
      of[1] += s.cls == TlpClass::non_posted ? 0 : (s.length + 15) / 16;
    }
    for (std::size_t cls = 0; cls < 3; ++cls)
      for (std::size_t k = 0; k < 2; ++k)
        if (limits[cls][k] != Count{} && used[cls][k] > limits[cls][k].raw())
          return "the receiver's buffer overflows at " + std::to_string(arrived[i].id);
  }
  return "";
}

/// `count` TLPs of all classes, up to `pause` ps apart.
inline std::vector<Sent> random_tlps(int count, std::uint64_t pause, std::uint64_t seed, bool relaxed) {
  Draw draw;
  draw.state = seed;
  std::vector<Sent> all;
  std::int64_t at = 1000;
  for (int i = 0; i < count; ++i) {
    const auto cls = static_cast<TlpClass>(draw(3));
    all.push_back({at, cls, cls == TlpClass::non_posted ? 64 : static_cast<std::int64_t>(1 + draw(256)),
                   relaxed && draw(4) == 0});
    if (draw(3) != 0) at += static_cast<std::int64_t>(draw(pause));
  }
  return all;
}

}  // namespace tlp_tx_rig
}  // namespace viosim::test
