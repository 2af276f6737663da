#include "support/firmware_machine.h"

#include <catch2/catch.hpp>

#include "control/elf_loader.h"

namespace viosim::test {

namespace m = regs::hca_mgmt;
namespace hm = regs::hca_mailbox;

void StubManagement::drive() {
  const std::uint32_t pending = word(m::int_pending::kOffset) | storm;
  hart_.set_interrupt(Interrupt::external, (pending & word(m::int_enable::kOffset)) != 0);
}

void StubManagement::raise(regs::Field source) {
  word(m::int_pending::kOffset) |= source.mask();
  drive();
}

void StubManagement::ask(std::uint32_t function, const HcrWords& words) {
  waiting_.push_back({function, words});
  if (waiting_.size() == 1) next_head();
}

void StubManagement::next_head() {
  if (waiting_.empty()) {
    word(m::cmd_head::kOffset) = 0;
    return;
  }
  for (std::uint32_t i = 0; i < 7; ++i) word(m::cmd_word::kOffset + 4 * i) = waiting_.front().words[i];
  word(m::cmd_head::kOffset) = m::cmd_head::kValid.mask() | waiting_.front().function;
  raise(m::int_pending::kCommand);
}

std::uint32_t StubManagement::transfer() {
  using m::dma_status::Error;
  const std::uint32_t length = word(m::dma_length::kOffset);
  const std::uint64_t at =
      (std::uint64_t{word(m::dma_host_high::kOffset)} << 32 | word(m::dma_host_low::kOffset)) - kHost;
  const auto local = memory_.bytes_at(word(m::dma_local::kOffset), length);
  const auto as = [](Error e) { return m::dma_status::kError.at(e); };
  if (length == 0 || length > 4096 || length % 4 != 0) return as(Error::length);
  if (local.empty()) return as(Error::local_address);
  if (at >= host.size() || length > host.size() - at) return as(Error::host);
  const bool to_host = m::dma_control::kDirection.of(word(m::dma_control::kOffset)) == 1;
  if (to_host) std::memcpy(host.data() + at, local.data(), length);
  else std::memcpy(local.data(), host.data() + at, length);
  return 0;
}

std::uint32_t StubManagement::operate() {
  using m::ctx_control::Operation;
  using m::ctx_object::Type;
  static const std::map<Type, std::size_t> sizes = {
    {Type::pd, sizeof(hm::PdContext)}, {Type::mpt, sizeof(hm::MptContext)}, {Type::eq, sizeof(hm::EqContext)},
    {Type::cq, sizeof(hm::CqContext)}, {Type::qp, sizeof(hm::QpContext)}, {Type::srq, sizeof(hm::SrqContext)},
    {Type::ah, sizeof(hm::AhContext)}};
  const auto type = static_cast<Type>(word(m::ctx_object::kOffset));
  const std::size_t size = type == Type::mtt ? 8 * word(m::ctx_count::kOffset) : sizes.at(type);
  const auto local = memory_.bytes_at(word(m::ctx_local::kOffset), static_cast<std::uint32_t>(size));
  if (local.empty()) return m::ctx_status::kError.at(m::ctx_status::Error::local_address);
  auto& kept = contexts[{word(m::ctx_object::kOffset), word(m::ctx_number::kOffset)}];
  const auto what = m::ctx_control::kOperation.of<Operation>(word(m::ctx_control::kOffset));
  if (what == Operation::install || what == Operation::modify) kept.assign(local.begin(), local.end());
  else if (what == Operation::query) std::memcpy(local.data(), kept.data(), kept.size());
  else contexts.erase({word(m::ctx_object::kOffset), word(m::ctx_number::kOffset)});
  return 0;
}

bool StubManagement::finish() {
  if (stuck || (!dma_ && !context_)) return false;
  asked_ = 0;
  if (dma_) {
    word(m::dma_status::kOffset) = transfer();
    raise(m::int_pending::kDma);
  }
  if (context_) {
    word(m::ctx_status::kOffset) = operate();
    raise(m::int_pending::kContext);
  }
  dma_ = context_ = false;
  return true;
}

BusAnswer StubManagement::load(std::uint32_t offset, unsigned size, std::uint32_t& value) {
  if (size != 4 || offset == broken) return BusAnswer::error;
  if ((offset == m::dma_status::kOffset || offset == m::ctx_status::kOffset) && ++asked_ > 3) finish();
  value = word(offset);
  if (offset == m::int_pending::kOffset) value |= storm;
  return BusAnswer::done;
}

BusAnswer StubManagement::store(std::uint32_t offset, unsigned size, std::uint32_t value) {
  if (size != 4 || offset == broken) return BusAnswer::error;
  if (offset == m::int_pending::kOffset) {
    word(offset) &= ~value;
    drive();
    return BusAnswer::done;
  }
  word(offset) = value;
  if (offset == m::int_enable::kOffset) drive();
  constexpr auto kMagic = static_cast<std::uint32_t>(m::watchdog_kick::Value::magic);
  if (offset == m::watchdog_kick::kOffset && value == kMagic) ++kicks;
  if (offset == m::msi_control::kOffset) messages.push_back(word(m::msi_data::kOffset));
  if (offset == m::dma_control::kOffset) dma_ = true, word(m::dma_status::kOffset) = m::dma_status::kBusy.mask();
  if (offset == m::ctx_control::kOffset) context_ = true, word(m::ctx_status::kOffset) = m::ctx_status::kBusy.mask();
  if (offset == m::cmd_done::kOffset) {
    REQUIRE(!waiting_.empty());
    const std::uint64_t out = std::uint64_t{word(m::cmd_out_high::kOffset)} << 32 | word(m::cmd_out_low::kOffset);
    done.push_back({waiting_.front().function, m::cmd_done::kStatus.of(value),
                    m::cmd_done::kOut.of(value) != 0 ? out : 0});
    waiting_.pop_front();
    next_head();
  }
  return BusAnswer::done;
}

namespace {

/// What loads and stores cost on a small core; the tests of the core know better.
constexpr control::CycleCosts kCosts{
  .base = 1, .load = 1, .store = 0, .multiply = 2, .divide = 32, .taken = 2, .trap = 4};

}  // namespace

FirmwareMachine::FirmwareMachine()
    : hart((memory.add_ram(kRam, kRamSize), memory), kCosts), clint(hart), management(hart, memory) {
  memory.add_device(0x02000000, Clint::kSize, clint);
  memory.add_device(0x40000000, regs::hca_mgmt::kSize, management);
  hart.reset(control::load_elf_file(VIOSIM_HCA_FIRMWARE, memory));
}

bool FirmwareMachine::run(std::uint64_t steps) {
  for (std::uint64_t taken = 0; taken < steps;) {
    const control::Hart::Ran ran = hart.run(steps - taken);
    taken += ran.steps;
    if (ran.why == control::Stop::wait && !management.finish() && !hart.registers().wakes()) return true;
  }
  return false;
}

HcrWords FirmwareMachine::words(hm::Opcode opcode, std::uint32_t modifier, std::uint64_t in,
                                std::uint32_t op_modifier, bool event) const {
  return {static_cast<std::uint32_t>(in >> 32), static_cast<std::uint32_t>(in), modifier,
          static_cast<std::uint32_t>(kOut >> 32), static_cast<std::uint32_t>(kOut), 0xcafe0000,
          static_cast<std::uint32_t>(opcode) | op_modifier << 12 | (event ? 1U << 22 : 0U)};
}

StubManagement::Done FirmwareMachine::command(std::uint32_t function, hm::Opcode opcode, std::uint32_t modifier,
                                              std::uint64_t in, std::uint32_t op_modifier, bool event) {
  const std::size_t before = management.done.size();
  management.ask(function, words(opcode, modifier, in, op_modifier, event));
  REQUIRE(run());
  REQUIRE(management.done.size() == before + 1);
  return management.done.back();
}

}  // namespace viosim::test
