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
  return {Iova(c.ring), c.entries, c.msi_address, c.msi_data};
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

/// What the device knows better than the firmware: whether it had to give the queue pair up.
inline mailbox::QpState state_of(const QueuePair& qp, mailbox::QpState believed) {
  switch (qp.state) {
    case QpState::error: return mailbox::QpState::err;
    case QpState::reset: return mailbox::QpState::rst;
    case QpState::init: return mailbox::QpState::init;
    case QpState::ready: break;
  }
  return believed == mailbox::QpState::rts ? believed : mailbox::QpState::rtr;
}

}  // namespace viosim::hca
