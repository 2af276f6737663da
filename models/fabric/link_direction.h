// One direction of a link: a wire with its line of packets, credits by virtual lane, faults.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "fabric/faults.h"
#include "fabric/lane_credits.h"
#include "fabric/link_timing.h"
#include "kernel/station.h"
#include "protocols/packet.h"

namespace viosim::fabric {

class LinkDirection final : public PacketHolder {
 public:
  LinkDirection(const std::string& path, const LinkParams& params, std::uint64_t seed, Out<IbPacket>& out);
  LinkDirection(const LinkDirection&) = delete;
  LinkDirection& operator=(const LinkDirection&) = delete;
  ~LinkDirection();

  /// Takes a packet: sends it, or lets it wait for credits. A sender that alone sends here may hand it over ahead of
  /// time: when its account ends, it is here. std::runtime_error for a virtual lane that the link does not have and for
  /// a packet that is larger than the receiver's buffer.
  void arrive(IbPacket* packet);
  /// The receiver wants packets at their head, as soon as it is known when that arrives (their account reaches up
  /// to there); who takes them out of its buffer tells the packet's holder, which is this direction. Otherwise it
  /// gets them when their tail has arrived, and its buffer is free from then on.
  void deliver_heads() { heads_ = true; }
  /// The receiver takes packets as soon as it is known when their tail arrives: their account reaches up to there.
  void deliver_ahead() { ahead_ = true; }
  /// The receiver's buffer of `packet` is free from `at` on (now or later).
  void leaving(const IbPacket& packet, Time at) override {
    lanes_[packet.virtual_lane].credits.give_back(Count(packet.held_blocks), at);
    if (waiting_ > 0) [[unlikely]] arm();
  }
  Faults& faults() { return faults_; }
  const LinkTiming& timing() const { return timing_; }

 private:
  struct alignas(128) Lane {  // of a size that finds it by a shift
    LaneCredits credits;
    IbPacket* first = nullptr;
    IbPacket* last = nullptr;
  };
  struct Stretch { Time begin, end; };
  struct Held { IbPacket* packet; std::int64_t overtakers; Time until; };
  [[noreturn]] void refuse(IbPacket* packet) const;
  void await_arrival(IbPacket* packet, Time at);
  void stand_in_line(Lane& lane, IbPacket* packet);
  void serve();                              // credits have come back
  void arm();
  void charge_wait(IbPacket& packet);
  /// Its credits, `blocks`, are there.
  [[gnu::always_inline]] inline void send(Lane& lane, IbPacket* packet, Bytes size, Count blocks, Time at);
  /// Nothing that happens until a packet arrives can change how it fares then, but for credits.
  bool foreseeable() const { return coming_ == 0 && waiting_ == 0 && faults_.silent(); }
  /// What the wire does to `packet`. False: it is not to be delivered now.
  bool suffer(IbPacket* packet, Fault fault, Time arrival);
  /// Who takes packets ahead gets them with an account that reaches up to `at`.
  void deliver(IbPacket* packet, Time at) {
    if (heads_ || (ahead_ && faults_.silent())) out_.send(packet);
    else out_.send_at(at, packet);
  }
  void let_go_after(Time tail, Time at);
  void hold_back(IbPacket* packet, Time at);
  void release_held();
  void arm_held();

  Station station_;
  LinkTiming timing_;
  Faults faults_;
  Out<IbPacket>& out_;
  std::vector<Lane> lanes_;
  Time wire_free_;
  bool heads_ = false, ahead_ = false;
  std::size_t waiting_ = 0;
  std::size_t coming_ = 0;     // handed over ahead of time, and not here yet
  std::vector<Stretch> busy_;  // of the wire, since the first of those in line joined
  std::vector<Held> held_;
  Timer credits_due_, held_due_;
  std::uint64_t &dropped_, &corrupted_, &reordered_, &stalls_;
};

}  // namespace viosim::fabric
