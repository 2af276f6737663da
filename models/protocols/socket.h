// Sockets for our own payloads: TLM-2.0 sockets with a traits struct each, one-way nb_transport. The payload
// (a Parcel) carries its own account; back-pressure is the protocol's (credits), never a stalled call.
#pragma once
#include <tlm>

#include "kernel/parcel.h"
#include "kernel/scheduler.h"
#include "kernel/station.h"

namespace viosim {

template <class P>
struct Protocol {
  using tlm_payload_type = P;
  using tlm_phase_type = tlm::tlm_phase;
};

template <class P>
class In;

/// Where parcels of type P leave a block.
template <class P>
class Out : public tlm::tlm_initiator_socket<64, Protocol<P>> {
 public:
  explicit Out(const char* name) : tlm::tlm_initiator_socket<64, Protocol<P>>(name) { this->bind(backward_); }
  using tlm::tlm_initiator_socket<64, Protocol<P>>::bind;

  /// Hands `parcel` over now. The receiver owns it from here on.
  void send(P* parcel) { call_(block_, parcel); }
  /// Hands `parcel` over at `at`; its account reaches up to there.
  void send_at(Time at, P* parcel) {
    parcel->destination = this;
    parcel->fire = [](Wakeable* w) {
      auto* p = static_cast<P*>(w);
      static_cast<Out*>(p->destination)->send(p);
    };
    parcel->drop = [](Wakeable* w) { delete static_cast<P*>(w); };
    scheduler().wake_at(at, parcel);
  }

 private:
  /// The first time. Bound for good once a simulation runs: from then on a target of ours is called without the way
  /// through TLM.
  static void resolve(void* self, P* parcel) {
    auto* const out = static_cast<Out*>(self);
    out->target_ = (*out)[0];
    out->call_ = &through_tlm;
    if (auto* const ours = dynamic_cast<typename In<P>::Forward*>(out->target_)) {
      out->block_ = ours->block;
      out->call_ = ours->call;
    }
    out->send(parcel);
  }
  static void through_tlm(void* self, P* parcel) {
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time lead = sc_core::SC_ZERO_TIME;  // our blocks read the scheduler's time
    static_cast<Out*>(self)->target_->nb_transport_fw(*parcel, phase, lead);
  }
  struct Backward : tlm::tlm_bw_transport_if<Protocol<P>> {  // our protocols have no backward path
    tlm::tlm_sync_enum nb_transport_bw(P&, tlm::tlm_phase&, sc_core::sc_time&) override { return tlm::TLM_ACCEPTED; }
    void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}
  } backward_;
  void (*call_)(void*, P*) = &resolve;
  void* block_ = this;
  tlm::tlm_fw_transport_if<Protocol<P>>* target_ = nullptr;
};

/// Where parcels of type P arrive: calls a member function of the block.
template <class P>
class In : public tlm::tlm_target_socket<64, Protocol<P>> {
 public:
  explicit In(const char* name) : tlm::tlm_target_socket<64, Protocol<P>>(name) { this->bind(forward_); }
  using tlm::tlm_target_socket<64, Protocol<P>>::bind;

  /// `in.deliver_to<&Link::arrive>(this)`: the function takes P* and owns it.
  template <auto Member, class Block>
  void deliver_to(Block* block) {
    forward_.block = block;
    forward_.call = [](void* b, P* p) { (static_cast<Block*>(b)->*Member)(p); };
  }

 private:
  friend class Out<P>;
  struct Forward : tlm::tlm_fw_transport_if<Protocol<P>> {
    tlm::tlm_sync_enum nb_transport_fw(P& p, tlm::tlm_phase&, sc_core::sc_time&) override {
      call(block, &p);
      return tlm::TLM_ACCEPTED;
    }
    void b_transport(P& p, sc_core::sc_time&) override { call(block, &p); }
    bool get_direct_mem_ptr(P&, tlm::tlm_dmi&) override { return false; }
    unsigned int transport_dbg(P&) override { return 0; }
    void* block = nullptr;
    void (*call)(void*, P*) = nullptr;
  } forward_;
};

/// The verb emit_after: a pipelined delay at `station`, then `out` sends. Occupies nothing.
template <class P>
void emit_after(Station& station, P* parcel, Cause cause, Duration d, Out<P>& out) {
  out.send_at(station.delay(parcel->op, cause, now(), d), parcel);
}

}  // namespace viosim
