// The control verbs of one function of an HCA, as its driver has them: by a call that takes no time, or by the device's
// command interface, behind which firmware runs. Whoever uses them sees no difference but time.
#pragma once
#include <optional>
#include <span>

#include "kernel/task.h"
#include "protocols/exec.h"
#include "protocols/hca_control.h"

namespace viosim {

/// What a device answers a command: mlx4's own numbers (Linux include/linux/mlx4/cmd.h).
enum class CommandStatus : std::uint8_t {
  ok = 0x00, internal_error = 0x01, bad_operation = 0x02, bad_parameter = 0x03, bad_system_state = 0x04,
  bad_resource = 0x05, resource_busy = 0x06, exceeds_limit = 0x08, bad_resource_state = 0x09, bad_index = 0x0a,
  bad_queue_pair_state = 0x10,
};

struct EqConfig {
  Iova ring;               ///< entries x kEqeSize bytes; owner bits preset to 1 by the driver
  std::uint32_t entries;   ///< a power of two
  std::uint64_t msi_address;
  std::uint32_t msi_data;
  bool asynchronous = false;  ///< for what firmware has to tell: ends of commands
};

/// A region to be registered. `pages` as in HcaControlIf::reg_mr.
struct MrConfig {
  Pdn pd;
  Gva start;
  Bytes length;
  MrAccess access;
  std::span<const Iova> pages;
};

/// `on`: the context whose time a verb takes. No value, or not ok: the device refused. What no driver may ask for throws
/// std::invalid_argument or std::out_of_range; a device that does not answer, std::runtime_error.
class HcaCommandsIf {
 public:
  virtual ~HcaCommandsIf() = default;
  /// Size of a BlueFlame buffer of this function; 0: none.
  virtual Bytes blueflame() const = 0;
  virtual Lid lid() const = 0;
  /// Before any other verb.
  virtual Task<> open(Exec& on) = 0;
  virtual Task<std::optional<Pdn>> alloc_pd(Exec& on) = 0;
  virtual Task<std::optional<MrKeys>> reg_mr(Exec& on, const MrConfig& region) = 0;
  virtual Task<CommandStatus> dereg_mr(Exec& on, Lkey key) = 0;
  virtual Task<std::optional<Eqn>> create_eq(Exec& on, const EqConfig& config) = 0;
  virtual Task<std::optional<Cqn>> create_cq(Exec& on, const CqConfig& config) = 0;
  virtual Task<CommandStatus> destroy_cq(Exec& on, Cqn cq) = 0;
  /// A queue pair in INIT.
  virtual Task<std::optional<Qpn>> create_qp(Exec& on, const QpConfig& config) = 0;
  /// From INIT over RTR to RTS.
  virtual Task<CommandStatus> connect(Exec& on, Qpn qp, const QpConnection& to) = 0;
  virtual Task<std::optional<QpState>> query_qp(Exec& on, Qpn qp) = 0;
  virtual Task<CommandStatus> destroy_qp(Exec& on, Qpn qp) = 0;
  /// True: the ends of verbs come as events of an asynchronous event queue that the driver creates after `open`.
  virtual bool waits_for_events() const { return false; }
  /// The driver's interrupt handler has taken such an event off the queue.
  virtual Task<> completed(Exec&, std::uint16_t /*token*/, std::uint8_t /*status*/, std::uint64_t /*out*/) { co_return; }
};

}  // namespace viosim
