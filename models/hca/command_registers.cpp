#include "hca/command_registers.h"

#include <utility>

#include "protocols/hca_abi.h"
#include "regs/hca_mailbox.hpp"

namespace viosim::hca {

namespace csr = regs::hca_csr;

namespace {

constexpr std::uint64_t kFirst = csr::hcr_in_param_high::kOffset;
constexpr unsigned kOutHigh = (csr::hcr_out_param_high::kOffset - kFirst) / 4,
                   kControl = (csr::hcr_control::kOffset - kFirst) / 4;

}  // namespace

CommandRegisters::CommandRegisters(const std::string& path, unsigned functions, DeviceStatus& status,
                                   HcaCounters& counters)
    : station_(path, 0), status_(status), counters_(counters), slots_(functions) {}

void CommandRegisters::attach(ControlProcessorIf& processor, void (*arrived)(void*), void* owner) {
  processor_ = &processor;
  arrived_ = arrived;
  owner_ = owner;
}

/// Time that no block has charged up to now.
void CommandRegisters::settle(Op& op, Cause cause) {
  if (op.traced() && op.last() < now()) station_.charge_past(op, cause, SpanKind::queued, op.last());
}

void CommandRegisters::write(unsigned function, std::uint64_t offset, Tlp& tlp) {
  const std::uint64_t word = (offset - kFirst) / 4;
  if (processor_ == nullptr || function >= slots_.size() || tlp.data.size() != Bytes(4) || offset % 4 != 0 ||
      offset < kFirst || word >= kWords || slots_[function].go) {
    ++counters_.bad_doorbells;
    return;
  }
  Slot& slot = slots_[function];
  slot.words[word] = hca_abi::get<std::uint32_t>(tlp.data.bytes(), 0);
  if (word != kControl || csr::hcr_control::kGo.of(slot.words[word]) == 0) return;
  slot.command = slot.words;
  slot.go = true;
  slot.ended = false;
  slot.op = std::move(tlp.op);
  if (status_.dead) end(slot, static_cast<std::uint8_t>(regs::hca_mailbox::Status::internal_err), {});
  else if (!head_) choose();
}

std::uint32_t CommandRegisters::read(unsigned function, std::uint64_t offset, Op& op) {
  if (processor_ == nullptr || function >= slots_.size() || offset % 4 != 0) return ~0u;
  if (offset == csr::device_state::kOffset) return status_.state;
  if (offset >= csr::catas::kOffset && (offset - csr::catas::kOffset) / 4 < csr::catas::kCount)
    return status_.catas[(offset - csr::catas::kOffset) / 4];
  if (offset < kFirst || (offset - kFirst) / 4 >= kWords) return ~0u;
  Slot& slot = slots_[function];
  const std::uint64_t word = (offset - kFirst) / 4;
  if (word == kControl && slot.ended) {
    slot.ended = false;
    // A join: the command ended last, what was looked at before was not what the reader waits for.
    if (slot.op.traced() && op.traced() && slot.op.last() <= now()) {
      settle(slot.op, Cause::PollGap);
      op = std::move(slot.op);
    }
  }
  return slot.words[word];
}

/// The next one in turn becomes the head.
void CommandRegisters::choose() {
  for (unsigned i = 0; i < slots_.size(); ++i) {
    const unsigned f = (next_ + i) % static_cast<unsigned>(slots_.size());
    if (!slots_[f].go) continue;
    head_ = f;
    ++command_;
    next_ = f + 1;
    last_ = f;
    processor_->serve(&slots_[f].op);
    arrived_(owner_);
    return;
  }
}

void CommandRegisters::end(Slot& slot, std::uint8_t status, std::optional<std::uint64_t> out) {
  if (slot.op.last() > now()) slot.op = Op{};  // in the midst of what was charged ahead: the readers keep their own
  settle(slot.op, Cause::Execute);
  if (out) {
    slot.words[kOutHigh] = static_cast<std::uint32_t>(*out >> 32);
    slot.words[kOutHigh + 1] = static_cast<std::uint32_t>(*out);
  }
  slot.words[kControl] = (slot.words[kControl] & ~(csr::hcr_control::kGo.mask() | csr::hcr_control::kStatus.mask())) |
                         csr::hcr_control::kStatus.at(status);
  slot.go = false;
  slot.ended = true;
}

void CommandRegisters::finish(std::uint8_t status, std::optional<std::uint64_t> out) {
  if (!head_) return;
  processor_->serve(nullptr);
  end(slots_[*head_], status, out);
  head_.reset();
  choose();
}

void CommandRegisters::fail_all() {
  if (processor_ != nullptr) processor_->serve(nullptr);
  head_.reset();
  for (Slot& slot : slots_)
    if (slot.go) end(slot, static_cast<std::uint8_t>(regs::hca_mailbox::Status::internal_err), {});
}

Op CommandRegisters::take() {
  if (!head_) return {};
  processor_->serve(nullptr);
  Op& op = slots_[*head_].op;
  settle(op, Cause::Execute);
  return op.last() > now() ? Op{} : std::move(op);
}

void CommandRegisters::give_back(Op&& op, std::uint64_t command) {
  if (!head_ || command != command_ || !op.traced()) return;
  slots_[*head_].op = std::move(op);
  processor_->serve(&slots_[*head_].op);
}

Op CommandRegisters::fork() {
  Op& op = slots_[head_ ? *head_ : last_].op;
  if (!op.traced() || op.last() > now()) return {};
  Op message = op.fork();
  settle(message, Cause::Execute);
  return message;
}

}  // namespace viosim::hca
