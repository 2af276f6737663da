// The control verbs of an HCA as calls that take no simulated time, and what they carry. Verbs that take time, by the
// command interface and firmware: hca_commands.h.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/address.h"
#include "kernel/ids.h"

namespace viosim {

using Eqn = Id<struct EqnTag>;

/// Access rights of a memory region (IBA vol. 1, 10.6.3).
struct MrAccess {
  bool local_write = true, remote_read = false, remote_write = false, remote_atomic = false;
};

struct MrKeys { Lkey lkey; Rkey rkey; };

struct CqConfig {
  Iova ring;                ///< entries x kCqeSize bytes; owner bits preset to 1 by the driver
  std::uint32_t entries;    ///< a power of two
  Iova doorbell_record;     ///< 8 bytes: consumer index, arm state
  std::optional<Eqn> events;
};

struct QpConfig {
  Pdn pd;
  Iova send_ring, receive_ring;
  std::uint32_t send_entries, receive_entries;  ///< powers of two
  Bytes send_stride, receive_stride;            ///< powers of two, at least 64 and 16
  Iova receive_doorbell_record;                 ///< 4 bytes
  Cqn send_cq, receive_cq;
};

/// What modify_qp to RTR and RTS carries (IBA vol. 1, 11.2.5.2).
struct QpConnection {
  Lid remote_lid;
  Qpn remote_qp;
  std::uint32_t send_psn = 0, receive_psn = 0;
  Bytes mtu = Bytes(2048);
  unsigned timeout = 14;        ///< local ACK timeout 4.096 us x 2^timeout; 0: none
  unsigned retry_count = 7, rnr_retry = 7;   ///< rnr_retry 7: for ever
  unsigned min_rnr_timer = 12;  ///< code (IBA table 45)
  unsigned max_rd_atomic = 16;
};

enum class QpState : std::uint8_t { reset, init, ready, error };

/// What a driver learns of its PCIe function.
struct HcaFunctionInfo {
  Bdf bdf;
  Bytes blueflame;  ///< size of one BlueFlame buffer; 0: none (upstream mlx4 reports none to VFs)
};

/// Function 0 is the PF, 1 .. n the VFs. Each object belongs to the function that created it and is reached
/// by its requester id: another function's objects answer as if they were not there.
class HcaControlIf {
 public:
  virtual ~HcaControlIf() = default;
  virtual unsigned functions() const = 0;
  virtual HcaFunctionInfo function(unsigned index) const = 0;
  virtual Lid lid() const = 0;
  /// Host memory for contexts and translation tables (ICM), reached as the PF.
  virtual void map_icm(Iova base, Bytes size) = 0;
  virtual Pdn alloc_pd(unsigned function) = 0;
  /// `pages`: bus addresses of the 4 KB pages from the one that holds `start` on. Answers nothing if the range is empty.
  virtual std::optional<MrKeys> reg_mr(unsigned function, Pdn pd, Gva start, Bytes length, MrAccess access,
                                       std::span<const Iova> pages) = 0;
  virtual void dereg_mr(unsigned function, Lkey key) = 0;
  virtual Eqn create_eq(unsigned function, Iova ring, std::uint32_t entries, std::uint64_t msi_address,
                        std::uint32_t msi_data) = 0;
  virtual Cqn create_cq(unsigned function, const CqConfig& config) = 0;
  /// Refused while a queue pair uses it (std::invalid_argument).
  virtual void destroy_cq(unsigned function, Cqn cq) = 0;
  virtual Qpn create_qp(unsigned function, const QpConfig& config) = 0;
  virtual void destroy_qp(unsigned function, Qpn qp) = 0;
  virtual void connect(Qpn qp, const QpConnection& to) = 0;
  virtual QpState state(Qpn qp) const = 0;
  /// modify_qp to RESET and back to INIT: clears an error; rings start over.
  virtual void reset_qp(Qpn qp) = 0;
};

}  // namespace viosim
