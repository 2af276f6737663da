#include "hca/context_port.h"

#include <stdexcept>
#include <utility>

#include "hca/faults.h"
#include "hca/packed_contexts.h"

namespace viosim::hca {

namespace mgmt = regs::hca_mgmt;

ContextPort::ContextPort(const std::string& path, Engines& engines, Installer& installer, CommandRegisters& commands)
    : station_(path, 1), e_(engines), installer_(installer), commands_(commands),
      timer_([](void* self) { static_cast<ContextPort*>(self)->end(); }, this) {
  station_.based_on(Cause::Pipeline, engines.params.datapath_clock);
  station_.based_on(Cause::Pipeline, engines.params.datapath_width);
}

std::uint32_t ContextPort::status() const {
  return mgmt::ctx_status::kBusy.at(busy_ ? 1u : 0u) | mgmt::ctx_status::kError.at(error_);
}

/// What lies in RAM for this operation.
std::uint32_t ContextPort::bytes() const {
  switch (type_) {
    case Type::none: break;
    case Type::function: return 4;
    case Type::pd: return sizeof(mailbox::PdContext);
    case Type::mtt: return operation_ == Operation::install ? mgmt::ctx_count::kEntries.of(count) * 8 : 4;
    case Type::mpt: return sizeof(mailbox::MptContext);
    case Type::eq: return sizeof(mailbox::EqContext);
    case Type::cq: return sizeof(mailbox::CqContext);
    case Type::srq: return sizeof(mailbox::SrqContext);
    case Type::qp: return sizeof(mailbox::QpContext);
    case Type::ah: return sizeof(mailbox::AhContext);
  }
  return 0;
}

void ContextPort::start(std::uint32_t control) {
  if (busy_ || mgmt::ctx_control::kGo.of(control) == 0) return;
  function_ = mgmt::ctx_control::kFunction.of(control);
  operation_ = mgmt::ctx_control::kOperation.of<Operation>(control);
  type_ = mgmt::ctx_object::kType.of<Type>(object);
  busy_ = true;
  const Duration d = e_.timing.crossing(Bytes(bytes()));
  command_ = commands_.command();
  op_ = commands_.take();
  ledger().charge(op_, station_.site(), Cause::Pipeline, SpanKind::served, now(), now() + d);
  timer_.arm(now() + d);
}

void ContextPort::end() {
  error_ = carry_out();
  busy_ = false;
  commands_.give_back(std::move(op_), command_);
  done_(owner_);
}

ContextPort::Error ContextPort::carry_out() {
  const std::uint32_t length = bytes();
  if (length == 0 || operation_ > Operation::query) return Error::type;
  if (function_ >= e_.tables.functions.size()) return Error::number;
  // What is taken away needs nothing of the RAM.
  const bool reads = operation_ == Operation::install || operation_ == Operation::modify;
  const bool uses = reads || operation_ == Operation::query;
  const std::span<std::byte> packed = uses ? processor_->memory(local, length) : std::span<std::byte>();
  if (uses && type_ != Type::function && (local % 4 != 0 || packed.empty())) return Error::local_address;
  try {
    apply(function_, packed);
  } catch (const std::out_of_range&) {
    return Error::number;
  } catch (const std::invalid_argument&) {
    return Error::refused;
  }
  return Error::none;
}

void ContextPort::apply(unsigned f, std::span<std::byte> packed) {
  const bool install = operation_ == Operation::install, remove = operation_ == Operation::remove;
  switch (type_) {
    case Type::pd:
      if (install) installer_.pd(f, Pdn{number});
      else if (remove) installer_.remove_pd(f, Pdn{number});
      return;
    case Type::mtt:
      if (install) apply_mtt(packed);
      return;
    case Type::mpt: apply_mpt(f, packed); return;
    case Type::eq:
      if (install && unpack<mailbox::EqContext>(packed).asynchronous == 0)
        installer_.eq(f, Eqn{number}, config_of(unpack<mailbox::EqContext>(packed)));
      else if (remove && e_.tables.eq(Eqn{number}) != nullptr) installer_.remove_eq(f, Eqn{number});
      return;
    case Type::cq:
      if (install) installer_.cq(f, Cqn{number}, config_of(unpack<mailbox::CqContext>(packed)));
      else if (remove) installer_.remove_cq(f, Cqn{number});
      return;
    case Type::qp: apply_qp(f, packed); return;
    case Type::none:
    case Type::function:
    case Type::srq:
    case Type::ah: return;
  }
}

void ContextPort::apply_mtt(std::span<const std::byte> packed) {
  const std::uint32_t n = mgmt::ctx_count::kEntries.of(count);
  if (number >= kEntries || n > kEntries - number) throw std::out_of_range("no such translation entries");
  if (number + n > mtts_.size()) mtts_.resize(number + n);
  for (std::uint32_t i = 0; i < n; ++i) {
    const Iova page(unpack<std::uint64_t>(packed.subspan(std::size_t{8} * i, 8)));
    if (page.offset_in(Bytes(4096)) != Bytes{}) throw std::invalid_argument("translation entry: not a page's address");
    mtts_[number + i] = page;
  }
}

void ContextPort::apply_mpt(unsigned f, std::span<std::byte> packed) {
  if (operation_ == Operation::remove) {
    if (!installer_.remove_region(f, number)) throw std::out_of_range("no such memory region");
    return;
  }
  const auto c = unpack<mailbox::MptContext>(packed);
  if (operation_ != Operation::install) return;
  if (c.mtt_first > mtts_.size() || c.mtt_count > mtts_.size() - c.mtt_first)
    throw std::invalid_argument("memory region: translation entries that were never written");
  if (c.length > static_cast<std::uint64_t>(kEntries) * 4096) throw std::invalid_argument("memory region: too long");
  installer_.region(f, number,
                    {Pdn{c.pd}, Gva(c.start), Bytes(static_cast<std::int64_t>(c.length)), access_of(c),
                     std::span<const Iova>(mtts_).subspan(c.mtt_first, c.mtt_count)},
                    c.mtt_first);
}

void ContextPort::apply_qp(unsigned f, std::span<std::byte> packed) {
  const Qpn n{number};
  switch (operation_) {
    case Operation::install: installer_.qp(f, n, config_of(unpack<mailbox::QpContext>(packed))); return;
    case Operation::remove: installer_.remove_qp(installer_.find(f, n)); return;
    case Operation::query: {
      auto c = unpack<mailbox::QpContext>(packed);
      c.state = static_cast<std::uint8_t>(
          state_of(installer_.find(f, n), static_cast<mailbox::QpState>(c.state)));
      pack(c, packed);
      return;
    }
    case Operation::modify: break;
  }
  const auto c = unpack<mailbox::QpContext>(packed);
  QueuePair& qp = installer_.find(f, n);
  switch (static_cast<mailbox::QpState>(c.state)) {
    case mailbox::QpState::rst: installer_.remove_qp(qp); return;
    case mailbox::QpState::init:
      if (qp.state != QpState::init) throw std::invalid_argument("queue pair: not in INIT");
      return;
    case mailbox::QpState::rtr: installer_.receive_from(qp, connection_of(c)); return;
    case mailbox::QpState::rts: installer_.send_to(qp, connection_of(c)); return;
    case mailbox::QpState::err: e_.faults->fail(qp, {}); return;
  }
  throw std::invalid_argument("queue pair: no such state");
}

}  // namespace viosim::hca
