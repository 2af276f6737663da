// The command itself: register, mailboxes, waiting.
#include "guest/mlx4_commands.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "kernel/counters.h"
#include "regs/hca_csr.hpp"

namespace viosim::guest {

namespace csr = regs::hca_csr;
namespace mailbox = regs::hca_mailbox;

namespace {

std::string hexadecimal(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%x", value);
  return text;
}

}  // namespace

Mlx4Commands::Mlx4Commands(std::string path, const Mlx4CommandParams& params, Mlx4Device device)
    : path_(std::move(path)), params_(params), device_(std::move(device)),
      alarm_([](void* self) { static_cast<Mlx4Commands*>(self)->end_.notify(); }, this),
      commands_(counters().add(path_, "commands", "commands sent to firmware")),
      looks_(counters().add(path_, "command_looks", "loads of the command register")) {}

Task<> Mlx4Commands::put(Exec& on, std::uint32_t offset, std::uint32_t value) {
  co_await on.mmio_store(device_.registers + Bytes(offset), __builtin_bswap32(value), Bytes(4));
}

Task<std::uint32_t> Mlx4Commands::get(Exec& on, std::uint32_t offset) {
  const std::uint64_t value = co_await on.mmio_load(device_.registers + Bytes(offset), Bytes(4));
  co_return __builtin_bswap32(static_cast<std::uint32_t>(value));
}

Task<Mlx4Commands::Answer> Mlx4Commands::run(Exec& on, const Command& c) {
  while (busy_) co_await on.sleep(turn_);  // poll_sem
  busy_ = true;
  ++commands_;
  ended_ = false;
  ++token_;
  co_await on.execute(*params_.command_post);
  const std::array<std::uint32_t, 6> words{static_cast<std::uint32_t>(c.in >> 32), static_cast<std::uint32_t>(c.in),
                                           c.modifier, static_cast<std::uint32_t>(c.out >> 32),
                                           static_cast<std::uint32_t>(c.out), csr::hcr_token::kToken.at(token_)};
  for (std::uint32_t i = 0; i < words.size(); ++i)
    co_await put(on, csr::hcr_in_param_high::kOffset + 4 * i, words[i]);
  const std::uint32_t control = csr::hcr_control::kOpcode.at(c.opcode) | csr::hcr_control::kOpModifier.at(c.op_modifier) |
                                csr::hcr_control::kEvent.at(events_ ? 1u : 0u) | csr::hcr_control::kGo.mask();
  co_await put(on, csr::hcr_control::kOffset, control);
  Answer answer{};
  const Time deadline = now() + *params_.command_timeout;
  if (events_) answer = co_await await_event(on, c, deadline);
  else answer = co_await await_go(on, c, deadline);
  if (answer.status == CommandStatus::internal_error) {
    const std::uint32_t state = co_await get(on, csr::device_state::kOffset);
    const bool dead = csr::device_state::kState.of<csr::device_state::State>(state) ==
                      csr::device_state::State::catastrophic;
    if (dead) co_await fail(on, c, "its firmware has failed");
  }
  busy_ = false;
  if (turn_.awaited()) on.wake_with(on.op());
  turn_.notify();
  co_return answer;
}

/// mlx4_cmd_poll: looks until go is clear.
Task<Mlx4Commands::Answer> Mlx4Commands::await_go(Exec& on, const Command& c, Time deadline) {
  for (;;) {
    co_await on.execute(*params_.command_look);
    ++looks_;
    const std::uint32_t control = co_await get(on, csr::hcr_control::kOffset);
    if (csr::hcr_control::kGo.of(control) == 0) {
      Answer answer{csr::hcr_control::kStatus.of<CommandStatus>(control), 0};
      if (c.opcode == Opcode::alloc_res) {  // its answer is immediate
        const std::uint64_t high = co_await get(on, csr::hcr_out_param_high::kOffset);
        const std::uint64_t low = co_await get(on, csr::hcr_out_param_low::kOffset);
        answer.out = high << 32 | low;
      }
      co_return answer;
    }
    if (now() >= deadline) co_await fail(on, c, "did not answer in time");
  }
}

/// mlx4_cmd_wait: sleeps until the interrupt handler has seen the event.
Task<Mlx4Commands::Answer> Mlx4Commands::await_event(Exec& on, const Command& c, Time deadline) {
  sleeper_ = &on;
  alarm_.arm(deadline);
  while (!ended_ && now() < deadline) co_await on.sleep(end_);
  alarm_.cancel();
  sleeper_ = nullptr;
  if (!ended_) co_await fail(on, c, "did not answer in time");
  co_return answer_;
}

/// mlx4_cmd_event.
Task<> Mlx4Commands::completed(Exec& on, std::uint16_t token, std::uint8_t status, std::uint64_t out) {
  co_await on.execute(*params_.command_wake);
  if (!busy_ || ended_ || token != token_) co_return;  // late, or not ours
  answer_ = {static_cast<CommandStatus>(status), out};
  ended_ = true;
  if (sleeper_ != nullptr) sleeper_->wake_with(on.op());
  end_.notify();
}

Task<> Mlx4Commands::fail(Exec& on, const Command& c, const char* what) {
  std::string text = path_ + ": " + device_.name + ": command " + hexadecimal(static_cast<std::uint32_t>(c.opcode)) +
                     " (modifier " + hexadecimal(c.modifier) + "): " + what;
  const std::uint32_t code = co_await get(on, csr::catas::kOffset);
  if (code != 0) {
    const auto at = [](mailbox::CatasWord w) { return csr::catas::kOffset + 4 * static_cast<std::uint32_t>(w); };
    const std::uint32_t cause = co_await get(on, at(mailbox::CatasWord::mcause));
    const std::uint32_t place = co_await get(on, at(mailbox::CatasWord::mepc));
    const std::uint32_t value = co_await get(on, at(mailbox::CatasWord::mtval));
    text += "; catastrophic error " + hexadecimal(code) + ", mcause " + hexadecimal(cause) + ", mepc " +
            hexadecimal(place) + ", mtval " + hexadecimal(value);
  }
  throw std::runtime_error(text);
}

/// Firmware is still booting when a driver finds the device.
Task<> Mlx4Commands::await_firmware(Exec& on) {
  const Time deadline = now() + *params_.command_timeout;
  for (;;) {
    const std::uint32_t word = co_await get(on, csr::device_state::kOffset);
    const auto state = csr::device_state::kState.of<csr::device_state::State>(word);
    if (state == csr::device_state::State::ready) co_return;
    const Command none{Opcode::query_fw};
    if (state == csr::device_state::State::catastrophic) co_await fail(on, none, "its firmware has failed");
    if (now() >= deadline) co_await fail(on, none, "its firmware does not come up");
    co_await on.execute(*params_.command_look);
  }
}

Task<> Mlx4Commands::open(Exec& on) {
  if (opened_) co_return;
  opened_ = true;
  for (const auto* cycles : {&params_.command_post, &params_.command_look, &params_.command_wake,
                             &params_.command_mailbox, &params_.register_page})
    on.based_on(Cause::Execute, cycles->source());
  if (physical_ != nullptr) co_await physical_->open(*physical_on_);
  in_ = on.allocate(Bytes(static_cast<std::int64_t>(mailbox::Limit::mailbox_bytes)), Bytes(4096));
  out_ = on.allocate(Bytes(static_cast<std::int64_t>(mailbox::Limit::mailbox_bytes)), Bytes(4096));
  co_await await_firmware(on);
  const auto check = [this](const char* what, const Answer& a) {
    if (a.status != CommandStatus::ok)
      throw std::runtime_error(path_ + ": " + device_.name + ": " + what + " ended with status " +
                               hexadecimal(static_cast<std::uint32_t>(a.status)));
  };
  const Command query{Opcode::query_fw, 0, 0, out_.raw()};
  const Answer queried = co_await run(on, query);
  check("QUERY_FW", queried);
  const Command init{Opcode::init_hca};
  const Answer initialised = co_await run(on, init);
  check("INIT_HCA", initialised);
  for (const unsigned index : enabled_) {
    const Command enable{Opcode::set_vf, index, 0, 0, 1};
    const Answer answer = co_await run(on, enable);
    check("SET_VF", answer);
  }
  const Command port{Opcode::init_port, 1};
  const Answer opened = co_await run(on, port);
  check("INIT_PORT", opened);
}

}  // namespace viosim::guest
