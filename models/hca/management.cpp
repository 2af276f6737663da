#include "hca/management.h"

#include <stdexcept>

namespace viosim::hca {

namespace mgmt = regs::hca_mgmt;

namespace {

constexpr unsigned kMostFunctions = 64;

/// Which of the words from `first` on stands at `offset`; `count`: none of them.
std::uint32_t index_in(std::uint32_t offset, std::uint32_t first, std::uint32_t count) {
  return offset >= first && (offset - first) / 4 < count ? (offset - first) / 4 : count;
}

}  // namespace

Management::Management(const std::string& path, Engines& engines, Installer& installer)
    : e_(engines),
      commands_(path, static_cast<unsigned>(engines.tables.functions.size()), status_, engines.counters),
      dma_(path + ".dma", engines.tables, engines.dma, commands_),
      contexts_(path + ".contexts", engines, installer, commands_),
      watchdog_([](void* self) { static_cast<Management*>(self)->expire(); }, this) {}

void Management::attach(ControlProcessorIf& processor, std::uint32_t entry, Frequency timer_clock) {
  if (e_.tables.functions.size() > kMostFunctions)
    throw std::invalid_argument("an HCA with firmware has at most 64 functions");
  processor_ = &processor;
  entry_ = entry;
  watchdog_.set_clock(timer_clock);
  commands_.attach(processor, [](void* self) { static_cast<Management*>(self)->raise(mgmt::int_pending::kCommand); },
                   this);
  dma_.attach(processor, [](void* self) { static_cast<Management*>(self)->raise(mgmt::int_pending::kDma); }, this);
  contexts_.attach(processor, [](void* self) { static_cast<Management*>(self)->raise(mgmt::int_pending::kContext); },
                   this);
}

void Management::raise(regs::Field source) {
  pending_ |= source.mask();
  drive();
}

void Management::drive() { processor_->external_interrupt((pending_ & enable_) != 0); }

BusAnswer Management::load(std::uint32_t offset, unsigned size, std::uint32_t& value) {
  if (size != 4 || offset >= mgmt::kSize) return BusAnswer::error;
  value = read(offset);
  return BusAnswer::done;
}

BusAnswer Management::store(std::uint32_t offset, unsigned size, std::uint32_t value) {
  if (size != 4 || offset >= mgmt::kSize) return BusAnswer::error;
  write(offset, value);
  return BusAnswer::done;
}

/// Unknown and write-only registers read as zero.
std::uint32_t Management::read(std::uint32_t offset) const {
  const std::uint32_t word = index_in(offset, mgmt::cmd_word::kOffset, mgmt::cmd_word::kCount);
  if (word < mgmt::cmd_word::kCount) return commands_.word(word);
  const std::uint32_t catas = index_in(offset, mgmt::catas::kOffset, mgmt::catas::kCount);
  if (catas < mgmt::catas::kCount) return status_.catas[catas];
  switch (offset) {
    case mgmt::id::kOffset: return mgmt::id::kReset;
    case mgmt::int_pending::kOffset: return pending_;
    case mgmt::int_enable::kOffset: return enable_;
    case mgmt::functions::kOffset: return static_cast<std::uint32_t>(e_.tables.functions.size());
    case mgmt::device_state::kOffset: return status_.state;
    case mgmt::self_test::kOffset: return self_test_;
    case mgmt::cmd_head::kOffset:
      return commands_.head() ? mgmt::cmd_head::kFunction.at(*commands_.head()) | mgmt::cmd_head::kValid.mask() : 0;
    case mgmt::cmd_out_high::kOffset: return out_high_;
    case mgmt::cmd_out_low::kOffset: return out_low_;
    case mgmt::dma_host_low::kOffset: return dma_.host_low;
    case mgmt::dma_host_high::kOffset: return dma_.host_high;
    case mgmt::dma_local::kOffset: return dma_.local;
    case mgmt::dma_length::kOffset: return dma_.length;
    case mgmt::dma_status::kOffset: return dma_.status();
    case mgmt::ctx_object::kOffset: return contexts_.object;
    case mgmt::ctx_number::kOffset: return contexts_.number;
    case mgmt::ctx_local::kOffset: return contexts_.local;
    case mgmt::ctx_count::kOffset: return contexts_.count;
    case mgmt::ctx_status::kOffset: return contexts_.status();
    case mgmt::msi_address_low::kOffset: return msi_low_;
    case mgmt::msi_address_high::kOffset: return msi_high_;
    case mgmt::msi_data::kOffset: return msi_data_;
    case mgmt::port_control::kOffset: return port_;
    case mgmt::port_status::kOffset: {
      using Wanted = mgmt::port_status::Wanted;
      const bool up = mgmt::port_control::kEnable.of(port_) != 0;
      return mgmt::port_status::kLinkUp.at(up ? 1u : 0u) | mgmt::port_status::kWanted.at(up ? Wanted::active : Wanted::down) |
             mgmt::port_status::kLid.at(e_.lid.value);
    }
    case mgmt::watchdog_timeout::kOffset: return watchdog_.timeout;
    case mgmt::watchdog_control::kOffset: return watchdog_.control();
    default: return 0;
  }
}

/// Unknown and read-only registers take nothing.
void Management::write(std::uint32_t offset, std::uint32_t value) {
  const std::uint32_t catas = index_in(offset, mgmt::catas::kOffset, mgmt::catas::kCount);
  if (catas < mgmt::catas::kCount) {
    if (!status_.dead) status_.catas[catas] = value;
    return;
  }
  switch (offset) {
    case mgmt::int_pending::kOffset:
      pending_ &= ~value;
      drive();
      return;
    case mgmt::int_enable::kOffset:
      enable_ = value & mgmt::int_enable::kAll.mask();
      drive();
      return;
    case mgmt::device_state::kOffset:
      if (!status_.dead) status_.state = value;
      return;
    case mgmt::self_test::kOffset: self_test_ = value; return;
    case mgmt::halt::kOffset:
      status_.die(mgmt::halt::kCode.of(value));
      commands_.fail_all();
      return;
    case mgmt::cmd_out_high::kOffset: out_high_ = value; return;
    case mgmt::cmd_out_low::kOffset: out_low_ = value; return;
    case mgmt::cmd_done::kOffset: finish(value); return;
    case mgmt::dma_host_low::kOffset: dma_.host_low = value; return;
    case mgmt::dma_host_high::kOffset: dma_.host_high = value; return;
    case mgmt::dma_local::kOffset: dma_.local = value; return;
    case mgmt::dma_length::kOffset: dma_.length = mgmt::dma_length::kBytes.of(value); return;
    case mgmt::dma_control::kOffset: dma_.start(value); return;
    case mgmt::ctx_object::kOffset: contexts_.object = value; return;
    case mgmt::ctx_number::kOffset: contexts_.number = value; return;
    case mgmt::ctx_local::kOffset: contexts_.local = value; return;
    case mgmt::ctx_count::kOffset: contexts_.count = value; return;
    case mgmt::ctx_control::kOffset: contexts_.start(value); return;
    case mgmt::msi_address_low::kOffset: msi_low_ = value; return;
    case mgmt::msi_address_high::kOffset: msi_high_ = value; return;
    case mgmt::msi_data::kOffset: msi_data_ = value; return;
    case mgmt::msi_control::kOffset:
      if (mgmt::msi_control::kGo.of(value) != 0)
        dma_.message(mgmt::msi_control::kFunction.of(value), std::uint64_t{msi_high_} << 32 | msi_low_, msi_data_);
      return;
    case mgmt::port_control::kOffset:
      if (std::exchange(port_, mgmt::port_control::kEnable.of(value)) != port_) raise(mgmt::int_pending::kPort);
      return;
    case mgmt::watchdog_timeout::kOffset: watchdog_.timeout = value; return;
    case mgmt::watchdog_control::kOffset: watchdog_.set_control(value); return;
    case mgmt::watchdog_kick::kOffset: watchdog_.kick(value); return;
    default: return;
  }
}

void Management::finish(std::uint32_t done) {
  std::optional<std::uint64_t> out;
  if (mgmt::cmd_done::kOut.of(done) != 0) out = std::uint64_t{out_high_} << 32 | out_low_;
  commands_.finish(static_cast<std::uint8_t>(mgmt::cmd_done::kStatus.of(done)), out);
}

void Management::expire() {
  status_.die(DeviceStatus::kWatchdogExpired);
  commands_.fail_all();
  dma_.reset();
  contexts_.reset();
  pending_ = enable_ = 0;
  drive();
  processor_->restart(entry_);
}

}  // namespace viosim::hca
