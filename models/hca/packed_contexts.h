// Contexts as firmware packs them (hca_mailbox), and as the tables hold them. What does not fit throws std::invalid_argument.
#pragma once
#include <cstddef>
#include <cstring>
#include <span>
#include <stdexcept>

#include "hca/queue_pair.h"
#include "protocols/hca_commands.h"
#include "regs/hca_mailbox.hpp"

namespace viosim::hca {

namespace mailbox = regs::hca_mailbox;

template <class T>
T unpack(std::span<const std::byte> from) {
  T packed;
  std::memcpy(&packed, from.data(), sizeof packed);
  return packed;
}
template <class T>
void pack(const T& packed, std::span<std::byte> into) {
  std::memcpy(into.data(), &packed, sizeof packed);
}

inline EqConfig config_of(const mailbox::EqContext& c) {
  return {Iova(c.ring), c.entries, c.msi_address, c.msi_data, c.asynchronous != 0};
}

inline CqConfig config_of(const mailbox::CqContext& c) {
  CqConfig config{Iova(c.ring), c.entries, Iova(c.doorbell_record), {}};
  if (c.eq != static_cast<std::uint32_t>(mailbox::Limit::no_object)) config.events = Eqn{c.eq};
  return config;
}

inline MrAccess access_of(const mailbox::MptContext& c) {
  const auto has = [&](mailbox::Access bit) { return (c.access & static_cast<std::uint32_t>(bit)) != 0; };
  if (c.access > 15) throw std::invalid_argument("memory region: rights that do not exist");
  return {has(mailbox::Access::local_write), has(mailbox::Access::remote_read), has(mailbox::Access::remote_write),
          has(mailbox::Access::remote_atomic)};
}

inline QpConfig config_of(const mailbox::QpContext& c) {
  if (c.has_srq != 0) throw std::invalid_argument("queue pair: no engine serves shared receive queues");
  return {Pdn{c.pd}, Iova(c.send_ring), Iova(c.receive_ring), c.send_entries, c.receive_entries, Bytes(c.send_stride),
          Bytes(c.receive_stride), Iova(c.receive_doorbell_record), Cqn{c.send_cq}, Cqn{c.receive_cq}};
}

inline QpConnection connection_of(const mailbox::QpContext& c) {
  return {Lid{c.remote_lid}, Qpn{c.remote_qp & kPsnMask}, c.send_psn, c.receive_psn, Bytes(c.mtu), c.timeout,
          c.retry_count, c.rnr_retry, c.min_rnr_timer, c.max_rd_atomic};
}

inline mailbox::QpState state_of(const QueuePair& qp) {
  switch (qp.state) {
    case QpState::error: return mailbox::QpState::err;
    case QpState::reset: return mailbox::QpState::rst;
    case QpState::init: return mailbox::QpState::init;
    case QpState::ready: break;
  }
  return qp.sends ? mailbox::QpState::rts : mailbox::QpState::rtr;
}

template <class To, class From>
void assign(To& to, From from) {
  to = static_cast<To>(from);
}

inline mailbox::QpContext packed(const QueuePair& qp) {
  mailbox::QpContext c{};
  assign(c.state, state_of(qp));
  c.pd = qp.config.pd.value;
  c.send_cq = qp.config.send_cq.value;
  c.receive_cq = qp.config.receive_cq.value;
  c.send_entries = qp.config.send_entries;
  c.receive_entries = qp.config.receive_entries;
  assign(c.send_stride, qp.config.send_stride.raw());
  assign(c.receive_stride, qp.config.receive_stride.raw());
  c.send_ring = qp.config.send_ring.raw();
  c.receive_ring = qp.config.receive_ring.raw();
  c.receive_doorbell_record = qp.config.receive_doorbell_record.raw();
  if (qp.state == QpState::init) return c;
  c.remote_qp = qp.peer.remote_qp.value;
  c.remote_lid = qp.peer.remote_lid.value;
  assign(c.mtu, qp.peer.mtu.raw());
  c.send_psn = qp.peer.send_psn;
  c.receive_psn = qp.peer.receive_psn;
  assign(c.timeout, qp.peer.timeout);
  assign(c.retry_count, qp.peer.retry_count);
  assign(c.rnr_retry, qp.peer.rnr_retry);
  assign(c.min_rnr_timer, qp.peer.min_rnr_timer);
  assign(c.max_rd_atomic, qp.peer.max_rd_atomic);
  return c;
}

inline mailbox::CqContext packed(const CompletionQueue& cq) {
  mailbox::CqContext c{};
  c.ring = cq.config.ring.raw();
  c.doorbell_record = cq.config.doorbell_record.raw();
  c.entries = cq.config.entries;
  c.eq = cq.config.events ? cq.config.events->value : static_cast<std::uint32_t>(mailbox::Limit::no_object);
  return c;
}

inline mailbox::EqContext packed(const EventQueue& eq) {
  mailbox::EqContext c{};
  c.ring = eq.ring.raw();
  c.msi_address = eq.msi_address;
  c.msi_data = eq.msi_data;
  c.entries = eq.entries;
  c.asynchronous = eq.asynchronous ? 1 : 0;
  c.consumer = eq.consumer;
  c.producer = eq.producer;
  return c;
}

inline mailbox::MptContext packed(const MemoryRegion& r) {
  mailbox::MptContext c{};
  c.start = r.start.raw();
  assign(c.length, r.length.raw());
  c.key = r.key;
  c.pd = r.pd.value;
  c.access = (r.access.local_write ? 1u : 0u) | (r.access.remote_read ? 2u : 0u) | (r.access.remote_write ? 4u : 0u) |
             (r.access.remote_atomic ? 8u : 0u);
  assign(c.mtt_first, r.first_mtt);
  assign(c.mtt_count, r.pages.size());
  return c;
}

}  // namespace viosim::hca
