// Each verb as the commands that it takes.
#include <algorithm>
#include <array>
#include <cstring>

#include "guest/mlx4_commands.h"

namespace viosim::guest {

namespace mailbox = regs::hca_mailbox;

namespace {

constexpr std::size_t kMailbox = static_cast<std::size_t>(mailbox::Limit::mailbox_bytes);
constexpr std::size_t kListPages = static_cast<std::size_t>(mailbox::Limit::write_mtt_entries);

template <class To, class From>
void assign(To& to, From from) {
  to = static_cast<To>(from);
}

}  // namespace

/// A command with an input mailbox, cleared as mlx4_alloc_cmd_mailbox clears it.
template <class T>
Task<CommandStatus> Mlx4Commands::send(Exec& on, Opcode opcode, std::uint32_t modifier, const T& contents) {
  std::array<std::byte, kMailbox> page{};
  std::memcpy(page.data(), &contents, sizeof contents);
  co_await on.execute(*params_.command_mailbox);
  co_await on.store(in_, page);
  const Command command{opcode, modifier, in_.raw()};
  const Answer answer = co_await run(on, command);
  co_return answer.status;
}

Task<std::optional<std::uint32_t>> Mlx4Commands::alloc(Exec& on, Resource kind, std::uint64_t count) {
  const Command command{Opcode::alloc_res, static_cast<std::uint32_t>(kind), count};
  const Answer answer = co_await run(on, command);
  if (answer.status != CommandStatus::ok) co_return std::nullopt;
  co_return static_cast<std::uint32_t>(answer.out);
}

Task<CommandStatus> Mlx4Commands::free(Exec& on, Resource kind, std::uint32_t number) {
  const Command command{Opcode::free_res, static_cast<std::uint32_t>(kind), number};
  const Answer answer = co_await run(on, command);
  co_return answer.status;
}

Task<std::optional<Pdn>> Mlx4Commands::alloc_pd(Exec& on) {
  const std::optional<std::uint32_t> number = co_await alloc(on, Resource::pd, 1);
  if (!number) co_return std::nullopt;
  co_return Pdn{*number};
}

Task<CommandStatus> Mlx4Commands::write_mtt(Exec& on, std::uint32_t range, std::span<const Iova> pages) {
  std::array<std::byte, kMailbox> list{};
  for (std::size_t done = 0; done < pages.size();) {
    const std::size_t n = std::min(kListPages, pages.size() - done);
    mailbox::WriteMtt head{};
    head.mtt = range;
    assign(head.first, done);
    std::memcpy(list.data(), &head, sizeof head);
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint64_t page = pages[done + i].raw();
      std::memcpy(list.data() + sizeof head + 8 * i, &page, sizeof page);
    }
    co_await on.execute(*params_.command_mailbox);
    co_await on.store(in_, std::span<const std::byte>(list).first(sizeof head + 8 * n));
    const Command command{Opcode::write_mtt, static_cast<std::uint32_t>(n), in_.raw()};
    const Answer answer = co_await run(on, command);
    if (answer.status != CommandStatus::ok) co_return answer.status;
    done += n;
  }
  co_return CommandStatus::ok;
}

Task<std::optional<MrKeys>> Mlx4Commands::reg_mr(Exec& on, const MrConfig& r) {
  co_await on.execute(*params_.register_page * static_cast<std::int64_t>(r.pages.size()));
  const std::optional<std::uint32_t> range = co_await alloc(on, Resource::mtt, r.pages.size());
  if (!range) co_return std::nullopt;
  CommandStatus status = co_await write_mtt(on, *range, r.pages);
  std::optional<std::uint32_t> key;
  if (status == CommandStatus::ok) key = co_await alloc(on, Resource::mpt, 1);
  if (key) {
    mailbox::MptContext c{};
    c.start = r.start.raw();
    assign(c.length, r.length.raw());
    c.pd = r.pd.value;
    c.mtt = *range;
    // Who lets others write, lets itself (IBA vol. 1, 10.6.3.1).
    const bool writes = r.access.local_write || r.access.remote_write || r.access.remote_atomic;
    c.access = (writes ? 1u : 0u) | (r.access.remote_read ? 2u : 0u) | (r.access.remote_write ? 4u : 0u) |
               (r.access.remote_atomic ? 8u : 0u);
    status = co_await send(on, Opcode::sw2hw_mpt, *key, c);
    if (status != CommandStatus::ok) co_await free(on, Resource::mpt, *key);
  }
  if (!key || status != CommandStatus::ok) {
    co_await free(on, Resource::mtt, *range);
    co_return std::nullopt;
  }
  ranges_[*key] = *range;
  co_return MrKeys{Lkey{*key}, Rkey{*key}};
}

Task<CommandStatus> Mlx4Commands::dereg_mr(Exec& on, Lkey key) {
  const auto range = ranges_.find(key.value);
  if (range == ranges_.end()) co_return CommandStatus::bad_index;
  const Command command{Opcode::hw2sw_mpt, key.value};
  const Answer answer = co_await run(on, command);
  if (answer.status != CommandStatus::ok) co_return answer.status;
  const std::uint32_t entries = range->second;
  ranges_.erase(range);
  const CommandStatus status = co_await free(on, Resource::mpt, key.value);
  if (status != CommandStatus::ok) co_return status;
  co_return co_await free(on, Resource::mtt, entries);
}

Task<std::optional<std::uint32_t>> Mlx4Commands::install_eq(Exec& on, const EqConfig& config) {
  const std::optional<std::uint32_t> number = co_await alloc(on, Resource::eq, 1);
  if (!number) co_return std::nullopt;
  mailbox::EqContext c{};
  c.ring = config.ring.raw();
  c.msi_address = config.msi_address;
  c.msi_data = config.msi_data;
  c.entries = config.entries;
  c.asynchronous = config.asynchronous ? 1 : 0;
  const CommandStatus status = co_await send(on, Opcode::sw2hw_eq, *number, c);
  if (status == CommandStatus::ok) co_return *number;
  co_await free(on, Resource::eq, *number);
  co_return std::nullopt;
}

Task<std::optional<Eqn>> Mlx4Commands::create_eq(Exec& on, const EqConfig& config) {
  const std::optional<std::uint32_t> number = co_await install_eq(on, config);
  if (!number) co_return std::nullopt;
  if (config.asynchronous) {
    const std::uint64_t events = std::uint64_t{1} << static_cast<unsigned>(mailbox::Event::command);
    const Command map{Opcode::map_eq, *number, events};
    const Answer answer = co_await run(on, map);
    if (answer.status != CommandStatus::ok) co_return std::nullopt;
    events_ = true;  // mlx4_cmd_use_events
  }
  co_return Eqn{*number};
}

Task<std::optional<Cqn>> Mlx4Commands::create_cq(Exec& on, const CqConfig& config) {
  const std::optional<std::uint32_t> number = co_await alloc(on, Resource::cq, 1);
  if (!number) co_return std::nullopt;
  mailbox::CqContext c{};
  c.ring = config.ring.raw();
  c.doorbell_record = config.doorbell_record.raw();
  c.entries = config.entries;
  c.eq = config.events ? config.events->value : static_cast<std::uint32_t>(mailbox::Limit::no_object);
  const CommandStatus status = co_await send(on, Opcode::sw2hw_cq, *number, c);
  if (status == CommandStatus::ok) co_return Cqn{*number};
  co_await free(on, Resource::cq, *number);
  co_return std::nullopt;
}

Task<CommandStatus> Mlx4Commands::destroy_cq(Exec& on, Cqn cq) {
  const Command command{Opcode::hw2sw_cq, cq.value};
  const Answer answer = co_await run(on, command);
  if (answer.status != CommandStatus::ok) co_return answer.status;
  co_return co_await free(on, Resource::cq, cq.value);
}

Task<std::optional<Qpn>> Mlx4Commands::create_qp(Exec& on, const QpConfig& config) {
  const std::optional<std::uint32_t> number = co_await alloc(on, Resource::qp, 1);
  if (!number) co_return std::nullopt;
  mailbox::QpContext c{};
  c.pd = config.pd.value;
  c.send_cq = config.send_cq.value;
  c.receive_cq = config.receive_cq.value;
  c.send_entries = config.send_entries;
  c.receive_entries = config.receive_entries;
  assign(c.send_stride, config.send_stride.raw());
  assign(c.receive_stride, config.receive_stride.raw());
  c.send_ring = config.send_ring.raw();
  c.receive_ring = config.receive_ring.raw();
  c.receive_doorbell_record = config.receive_doorbell_record.raw();
  const CommandStatus status = co_await send(on, Opcode::rst2init_qp, *number, c);
  if (status == CommandStatus::ok) co_return Qpn{*number};
  co_await free(on, Resource::qp, *number);
  co_return std::nullopt;
}

Task<CommandStatus> Mlx4Commands::connect(Exec& on, Qpn qp, const QpConnection& to) {
  mailbox::QpContext c{};
  c.remote_qp = to.remote_qp.value;
  c.remote_lid = to.remote_lid.value;
  assign(c.mtu, to.mtu.raw());
  c.receive_psn = to.receive_psn & 0xffffff;
  assign(c.min_rnr_timer, to.min_rnr_timer);
  assign(c.max_rd_atomic, to.max_rd_atomic);
  const CommandStatus status = co_await send(on, Opcode::init2rtr_qp, qp.value, c);
  if (status != CommandStatus::ok) co_return status;
  c.send_psn = to.send_psn & 0xffffff;
  assign(c.timeout, to.timeout);
  assign(c.retry_count, to.retry_count);
  assign(c.rnr_retry, to.rnr_retry);
  co_return co_await send(on, Opcode::rtr2rts_qp, qp.value, c);
}

Task<std::optional<QpState>> Mlx4Commands::query_qp(Exec& on, Qpn qp) {
  co_await on.execute(*params_.command_mailbox);
  const Command command{Opcode::query_qp, qp.value, 0, out_.raw()};
  const Answer answer = co_await run(on, command);
  if (answer.status != CommandStatus::ok) co_return std::nullopt;
  std::array<std::byte, sizeof(mailbox::QpContext)> bytes{};
  co_await on.load(out_, bytes);
  mailbox::QpContext c{};
  std::memcpy(&c, bytes.data(), sizeof c);
  switch (static_cast<mailbox::QpState>(c.state)) {
    case mailbox::QpState::rst: co_return QpState::reset;
    case mailbox::QpState::init: co_return QpState::init;
    case mailbox::QpState::rtr:
    case mailbox::QpState::rts: co_return QpState::ready;
    case mailbox::QpState::err: break;
  }
  co_return QpState::error;
}

Task<CommandStatus> Mlx4Commands::destroy_qp(Exec& on, Qpn qp) {
  const Command command{Opcode::to_rst_qp, qp.value};
  const Answer answer = co_await run(on, command);
  if (answer.status != CommandStatus::ok) co_return answer.status;
  co_return co_await free(on, Resource::qp, qp.value);
}

}  // namespace viosim::guest
