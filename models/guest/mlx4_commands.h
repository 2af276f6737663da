// Mlx4Commands: the command interface of the mlx4 driver: control verbs by commands that firmware serves.
//
// Models: mailboxes in host memory; the command register, one command at a time; waiting by looks at go or for a
//   completion event; token; time-out: std::runtime_error that names HCA and command, with the error buffer; bring-up of
//   device and port; each verb as the commands that mlx4 sends, numbers from alloc_res.
// Not modelled: several commands of one function at once (mlx4 has up to 16 with events); the toggle; retries after
//   an internal error; the driver's own check of the error buffer every 5 s.
// Causes: Execute = command_post + command_look a look + command_mailbox + register_page a page; the rest is the
//   context's, the device's and the firmware's: a look that sees the end continues the command's account.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "guest/mlx4_command_params.h"
#include "kernel/event.h"
#include "protocols/hca_commands.h"
#include "protocols/passthrough.h"
#include "regs/hca_mailbox.hpp"

namespace viosim::guest {

/// What the driver finds in configuration space, and how it reaches the device.
struct Mlx4Device {
  std::string name;           ///< for messages
  HcaFunctionInfo function;
  Lid lid;
  Gpa registers;              ///< BAR 0, as this software sees it: its addresses are what the device puts on the bus
};

class Mlx4Commands final : public HcaCommandsIf {
 public:
  Mlx4Commands(std::string path, const Mlx4CommandParams& params, Mlx4Device device);
  /// Virtual functions that the physical one lets in when it is brought up; before open.
  void enable_function(unsigned index) { enabled_.push_back(index); }
  /// A virtual function's driver begins when the physical one's is done.
  void begin_after(Mlx4Commands& physical, Exec& on) {
    physical_ = &physical;
    physical_on_ = &on;
  }

  Bytes blueflame() const override { return device_.function.blueflame; }
  Lid lid() const override { return device_.lid; }
  Task<> open(Exec& on) override;
  Task<std::optional<Pdn>> alloc_pd(Exec& on) override;
  Task<std::optional<MrKeys>> reg_mr(Exec& on, const MrConfig& region) override;
  Task<CommandStatus> dereg_mr(Exec& on, Lkey key) override;
  Task<std::optional<Eqn>> create_eq(Exec& on, const EqConfig& config) override;
  Task<std::optional<Cqn>> create_cq(Exec& on, const CqConfig& config) override;
  Task<CommandStatus> destroy_cq(Exec& on, Cqn cq) override;
  Task<std::optional<Qpn>> create_qp(Exec& on, const QpConfig& config) override;
  Task<CommandStatus> connect(Exec& on, Qpn qp, const QpConnection& to) override;
  Task<std::optional<QpState>> query_qp(Exec& on, Qpn qp) override;
  Task<CommandStatus> destroy_qp(Exec& on, Qpn qp) override;
  bool waits_for_events() const override { return *params_.command_completion == "event"; }
  Task<> completed(Exec& on, std::uint16_t token, std::uint8_t status, std::uint64_t out) override;

  using Opcode = regs::hca_mailbox::Opcode;
  using Resource = regs::hca_mailbox::Resource;
  struct Command {
    Opcode opcode;
    std::uint32_t modifier = 0;
    std::uint64_t in = 0, out = 0;
    std::uint8_t op_modifier = 0;
  };
  struct Answer {
    CommandStatus status;
    std::uint64_t out;
  };
  /// One command, whatever it is: waits for its turn, and for its end.
  Task<Answer> run(Exec& on, const Command& command);

 private:
  template <class T>
  Task<CommandStatus> send(Exec& on, Opcode opcode, std::uint32_t modifier, const T& mailbox);
  Task<std::optional<std::uint32_t>> alloc(Exec& on, Resource kind, std::uint64_t count);
  Task<CommandStatus> free(Exec& on, Resource kind, std::uint32_t number);
  Task<CommandStatus> write_mtt(Exec& on, std::uint32_t range, std::span<const Iova> pages);
  Task<std::optional<std::uint32_t>> install_eq(Exec& on, const EqConfig& config);
  Task<> await_firmware(Exec& on);
  Task<Answer> await_go(Exec& on, const Command& command, Time deadline);
  Task<Answer> await_event(Exec& on, const Command& command, Time deadline);
  Task<> fail(Exec& on, const Command& command, const char* what);
  Task<> put(Exec& on, std::uint32_t offset, std::uint32_t value);
  Task<std::uint32_t> get(Exec& on, std::uint32_t offset);

  std::string path_;
  Mlx4CommandParams params_;
  Mlx4Device device_;
  Mlx4Commands* physical_ = nullptr;
  Exec* physical_on_ = nullptr;
  std::vector<unsigned> enabled_;
  std::map<std::uint32_t, std::uint32_t> ranges_;  ///< of translation entries, by key
  Gpa in_{}, out_{};                               ///< mailboxes, a page each
  bool opened_ = false, busy_ = false, events_ = false;
  Event turn_;
  std::uint16_t token_ = 0;
  bool ended_ = false;                             ///< the event of the command under way was handled
  Answer answer_{};
  Event end_;
  Timer alarm_;                                    ///< of the wait for the event
  Exec* sleeper_ = nullptr;
  std::uint64_t& commands_;
  std::uint64_t& looks_;
};

}  // namespace viosim::guest
