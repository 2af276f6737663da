#include "hca/context_port.h"

#include <algorithm>
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
    case Type::mtt: return mgmt::ctx_count::kEntries.of(count) * 8;
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
  const bool uses = operation_ != Operation::remove && type_ != Type::function;
  const std::span<std::byte> packed = uses ? processor_->memory(local, length) : std::span<std::byte>();
  if (uses && (local % 4 != 0 || packed.empty())) return Error::local_address;
  try {
    switch (operation_) {
      case Operation::install: install(function_, packed); break;
      case Operation::modify: modify(function_, packed); break;
      case Operation::remove: remove(function_); break;
      case Operation::query: query(function_, packed); break;
    }
  } catch (const std::out_of_range&) {
    return Error::number;
  } catch (const std::invalid_argument&) {
    return Error::refused;
  }
  return Error::none;
}

void ContextPort::install(unsigned f, std::span<const std::byte> packed) {
  switch (type_) {
    case Type::pd: installer_.pd(f, Pdn{number}); return;
    case Type::mtt: install_mtt(packed); return;
    case Type::mpt: install_mpt(f, unpack<mailbox::MptContext>(packed)); return;
    case Type::eq: installer_.eq(f, Eqn{number}, config_of(unpack<mailbox::EqContext>(packed))); return;
    case Type::cq: installer_.cq(f, Cqn{number}, config_of(unpack<mailbox::CqContext>(packed))); return;
    case Type::qp: installer_.qp(f, Qpn{number}, config_of(unpack<mailbox::QpContext>(packed))); return;
    case Type::srq:
    case Type::ah:
      if (number >= Installer::kObjects) throw std::out_of_range("no object has such a number");
      if (!kept_.try_emplace({type_, number}, Kept{f, {packed.begin(), packed.end()}}).second)
        throw std::invalid_argument("the number is in use");
      return;
    case Type::none:
    case Type::function: return;
  }
}

void ContextPort::remove(unsigned f) {
  switch (type_) {
    case Type::pd: installer_.remove_pd(f, Pdn{number}); return;
    case Type::mpt:
      if (!installer_.remove_region(f, number)) throw std::out_of_range("no such memory region");
      return;
    case Type::eq: installer_.remove_eq(f, Eqn{number}); return;
    case Type::cq: installer_.remove_cq(f, Cqn{number}); return;
    case Type::qp: installer_.remove_qp(installer_.find(f, Qpn{number})); return;
    case Type::srq:
    case Type::ah: kept_.erase(kept(f)); return;
    case Type::none:
    case Type::function:
    case Type::mtt: return;
  }
}

void ContextPort::query(unsigned f, std::span<std::byte> into) {
  switch (type_) {
    case Type::eq: pack(packed(installer_.find(f, Eqn{number})), into); return;
    case Type::cq: pack(packed(installer_.find(f, Cqn{number})), into); return;
    case Type::qp: pack(packed(installer_.find(f, Qpn{number})), into); return;
    case Type::mpt: {
      const MemoryRegion* const r = e_.tables.region(number);
      if (r == nullptr || r->function != f) throw std::out_of_range("no such memory region");
      pack(packed(*r), into);
      return;
    }
    case Type::srq:
    case Type::ah: std::ranges::copy(kept(f)->second.packed, into.begin()); return;
    case Type::none:
    case Type::function:
    case Type::pd:
    case Type::mtt: return;
  }
}

/// Queue pairs change their state; of the others nothing can be changed but what is only kept.
void ContextPort::modify(unsigned f, std::span<const std::byte> packed) {
  if (type_ == Type::srq || type_ == Type::ah) {
    kept(f)->second.packed.assign(packed.begin(), packed.end());
    return;
  }
  if (type_ != Type::qp) throw std::invalid_argument("such an object is not changed");
  const auto c = unpack<mailbox::QpContext>(packed);
  QueuePair& qp = installer_.find(f, Qpn{number});
  switch (static_cast<mailbox::QpState>(c.state)) {
    case mailbox::QpState::rst: installer_.remove_qp(qp); return;
    case mailbox::QpState::init:
      if (qp.state != QpState::init) throw std::invalid_argument("queue pair: not in INIT");
      return;
    case mailbox::QpState::rtr: installer_.receive_from(qp, connection_of(c)); return;
    case mailbox::QpState::rts:
      if (qp.state == QpState::ready && qp.sends) qp.peer.min_rnr_timer = c.min_rnr_timer & 31;
      else installer_.send_to(qp, connection_of(c));
      return;
    case mailbox::QpState::err: e_.faults->fail(qp, {}); return;
  }
  throw std::invalid_argument("queue pair: no such state");
}

std::map<std::pair<ContextPort::Type, std::uint32_t>, ContextPort::Kept>::iterator ContextPort::kept(unsigned f) {
  const auto at = kept_.find({type_, number});
  if (at == kept_.end() || at->second.function != f) throw std::out_of_range("no such object");
  return at;
}

void ContextPort::install_mtt(std::span<const std::byte> packed) {
  const std::uint32_t n = mgmt::ctx_count::kEntries.of(count);
  if (number >= kEntries || n > kEntries - number) throw std::out_of_range("no such translation entries");
  if (number + n > mtts_.size()) mtts_.resize(number + n);
  for (std::uint32_t i = 0; i < n; ++i) {
    const Iova page(unpack<std::uint64_t>(packed.subspan(std::size_t{8} * i, 8)));
    if (page.offset_in(Bytes(4096)) != Bytes{}) throw std::invalid_argument("translation entry: not a page's address");
    mtts_[number + i] = page;
  }
}

void ContextPort::install_mpt(unsigned f, const mailbox::MptContext& c) {
  if (c.mtt_first > mtts_.size() || c.mtt_count > mtts_.size() - c.mtt_first)
    throw std::invalid_argument("memory region: translation entries that were never written");
  if (c.length > static_cast<std::uint64_t>(kEntries) * 4096) throw std::invalid_argument("memory region: too long");
  installer_.region(f, number,
                    {Pdn{c.pd}, Gva(c.start), Bytes(static_cast<std::int64_t>(c.length)), access_of(c),
                     std::span<const Iova>(mtts_).subspan(c.mtt_first, c.mtt_count)},
                    c.mtt_first);
}

}  // namespace viosim::hca
