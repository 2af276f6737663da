// An HCA whose firmware is the test: a processor that does nothing, and hands on the registers.
#pragma once
#include <array>
#include <vector>

#include "regs/hca_csr.hpp"
#include "regs/hca_mailbox.hpp"
#include "regs/hca_mgmt.hpp"
#include "support/hca_rig.h"

namespace viosim::test {
inline namespace management_rig {

namespace csr = regs::hca_csr;
namespace mgmt = regs::hca_mgmt;
namespace mailbox = regs::hca_mailbox;

struct StubProcessor : ControlProcessorIf {
  static constexpr std::uint32_t kRam = 0x10000000;
  std::span<std::byte> memory(std::uint32_t address, std::uint32_t length) override {
    if (address < kRam || address - kRam > ram.size() || length > ram.size() - (address - kRam)) return {};
    return std::span(ram).subspan(address - kRam, length);
  }
  void start(std::uint32_t) override {}
  void external_interrupt(bool on) override { interrupt = on; }
  void bus_ready() override {}
  void restart(std::uint32_t entry) override { restarts.push_back(entry); }
  void serve(Op* work) override { serves = work; }
  std::uint64_t retired() const override { return 0; }

  std::vector<std::byte> ram = std::vector<std::byte>(8192);
  bool interrupt = false;
  Op* serves = nullptr;
  std::vector<std::uint32_t> restarts;
};

struct ManagementRig {
  static constexpr std::uint32_t kEntry = 0x10000000;
  HcaRig pair;
  HcaNode& node = pair.a;
  StubProcessor processor;
  hca::Management& firmware = node.hca.add_management();
  Station reader{"reader", 0};

  ManagementRig() { firmware.attach(processor, kEntry, Frequency(1'000'000)); }

  std::uint32_t load(std::uint32_t offset) {
    std::uint32_t value = 0;
    REQUIRE(firmware.load(offset, 4, value) == BusAnswer::done);
    return value;
  }
  void store(std::uint32_t offset, std::uint32_t value) { REQUIRE(firmware.store(offset, 4, value) == BusAnswer::done); }

  /// A host's store and load of its function's BAR 0.
  void write(unsigned function, std::uint32_t offset, std::uint32_t value, Op op = {}) {
    auto* const tlp = new Tlp;
    tlp->target = node.hca.function(function).bdf;
    tlp->bar = hca_abi::kCommandBar;
    tlp->address = Iova(offset);
    tlp->data = Buffer::make(Bytes(4));
    tlp->length = Bytes(4);
    hca_abi::put<std::uint32_t>(tlp->data.bytes(), 0, value);
    tlp->op = std::move(op);
    node.hca.bar_write(tlp);
  }
  std::uint32_t read(unsigned function, std::uint32_t offset, Op& op) {
    const std::uint64_t v =
        node.hca.bar_read(node.hca.function(function).bdf, hca_abi::kCommandBar, offset, Bytes(4), op);
    return __builtin_bswap32(static_cast<std::uint32_t>(v));
  }
  std::uint32_t read(unsigned function, std::uint32_t offset) {
    Op op;
    return read(function, offset, op);
  }
  /// Posts a command; the account is that of the store which sets go.
  void command(unsigned function, mailbox::Opcode opcode, std::uint32_t modifier, std::uint64_t in, Op op = {}) {
    write(function, csr::hcr_in_param_high::kOffset, static_cast<std::uint32_t>(in >> 32));
    write(function, csr::hcr_in_param_low::kOffset, static_cast<std::uint32_t>(in));
    write(function, csr::hcr_in_modifier::kOffset, modifier);
    write(function, csr::hcr_control::kOffset,
          csr::hcr_control::kOpcode.at(opcode) | csr::hcr_control::kGo.mask(), std::move(op));
  }
  void done(mailbox::Status status) { store(mgmt::cmd_done::kOffset, mgmt::cmd_done::kStatus.at(status)); }
  bool go(unsigned function) { return csr::hcr_control::kGo.of(read(function, csr::hcr_control::kOffset)) != 0; }

  template <class T>
  void place(std::uint32_t at, const T& packed) {
    std::memcpy(processor.ram.data() + at, &packed, sizeof packed);
  }
  /// Runs one operation of the context port to its end; answers its error.
  mgmt::ctx_status::Error context(mgmt::ctx_object::Type type, mgmt::ctx_control::Operation operation,
                                  unsigned function, std::uint32_t number, std::uint32_t at = 0) {
    store(mgmt::ctx_object::kOffset, mgmt::ctx_object::kType.at(type));
    store(mgmt::ctx_number::kOffset, number);
    store(mgmt::ctx_local::kOffset, StubProcessor::kRam + at);
    store(mgmt::ctx_control::kOffset, mgmt::ctx_control::kFunction.at(function) |
                                          mgmt::ctx_control::kOperation.at(operation) | mgmt::ctx_control::kGo.mask());
    HcaRig::run(microseconds(1));
    REQUIRE(mgmt::ctx_status::kBusy.of(load(mgmt::ctx_status::kOffset)) == 0);
    return mgmt::ctx_status::kError.of<mgmt::ctx_status::Error>(load(mgmt::ctx_status::kOffset));
  }
  /// The same for the DMA engine.
  void transfer(std::uint64_t host, std::uint32_t at, std::uint32_t bytes, unsigned function,
                mgmt::dma_control::Direction direction) {
    store(mgmt::dma_host_low::kOffset, static_cast<std::uint32_t>(host));
    store(mgmt::dma_host_high::kOffset, static_cast<std::uint32_t>(host >> 32));
    store(mgmt::dma_local::kOffset, StubProcessor::kRam + at);
    store(mgmt::dma_length::kOffset, bytes);
    store(mgmt::dma_control::kOffset, mgmt::dma_control::kFunction.at(function) |
                                          mgmt::dma_control::kDirection.at(direction) | mgmt::dma_control::kGo.mask());
  }
  bool dma_busy() { return mgmt::dma_status::kBusy.of(load(mgmt::dma_status::kOffset)) != 0; }
  mgmt::dma_status::Error dma_error() {
    return mgmt::dma_status::kError.of<mgmt::dma_status::Error>(load(mgmt::dma_status::kOffset));
  }
};

}  // namespace management_rig
}  // namespace viosim::test
