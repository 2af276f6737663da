// The firmware in the device: hostile commands end in their status, whatever comes it goes on.
#include <catch2/catch.hpp>

#include "control/control_processor.h"
#include "control/elf_loader.h"
#include "support/control_part.h"
#include "support/management_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

using Opcode = mailbox::Opcode;
using Status = mailbox::Status;
using Resource = mailbox::Resource;

/// Hosts' hands on an HCA that runs its firmware.
struct Device {
  HcaRig pair;
  HcaNode& node = pair.a;
  MemoryMap memory;
  hca::Management& management = node.hca.add_management();
  LiteralParams literals = control_part();
  control::ControlProcessorParams params{literals};
  std::unique_ptr<control::ControlProcessor> processor;
  std::uint64_t page = node.host.allocate(4096), answer = node.host.allocate(4096);

  Device() {
    memory.add_ram(0x10000000, 128 << 10);
    memory.add_device(0x40000000, regs::hca_mgmt::kSize, management);
    processor = std::make_unique<control::ControlProcessor>("a.control", params, memory, 0x02000000);
    const std::uint32_t entry = control::load_elf_file(VIOSIM_HCA_FIRMWARE, memory);
    management.attach(*processor, entry, *params.timer_clock);
    processor->start(entry);
    HcaRig::run(microseconds(2000));
    REQUIRE(read(0, csr::device_state::kOffset) % 16 == 1);
  }
  void write(unsigned f, std::uint32_t offset, std::uint32_t value) {
    auto* const tlp = new Tlp;
    tlp->target = node.hca.function(f).bdf;
    tlp->bar = hca_abi::kCommandBar;
    tlp->address = Iova(offset);
    tlp->data = Buffer::make(Bytes(4));
    tlp->length = Bytes(4);
    hca_abi::put<std::uint32_t>(tlp->data.bytes(), 0, value);
    tlp->op = Op::open(now());
    node.hca.bar_write(tlp);
  }
  std::uint32_t read(unsigned f, std::uint32_t offset) {
    Op op = Op::open(now());
    return __builtin_bswap32(static_cast<std::uint32_t>(
        node.hca.bar_read(node.hca.function(f).bdf, hca_abi::kCommandBar, offset, Bytes(4), op)));
  }
  void post(unsigned f, std::uint32_t opcode, std::uint32_t modifier, std::uint64_t in, std::uint64_t out = 0,
            std::uint32_t op_modifier = 0) {
    const std::uint32_t words[] = {static_cast<std::uint32_t>(in >> 32), static_cast<std::uint32_t>(in), modifier,
                                   static_cast<std::uint32_t>(out >> 32), static_cast<std::uint32_t>(out), 0};
    for (std::uint32_t i = 0; i < 6; ++i) write(f, csr::hcr_in_param_high::kOffset + 4 * i, words[i]);
    write(f, csr::hcr_control::kOffset, opcode | csr::hcr_control::kOpModifier.at(op_modifier) | csr::hcr_control::kGo.mask());
  }
  Status run(unsigned f, std::uint32_t opcode, std::uint32_t modifier = 0, std::uint64_t in = 0, std::uint64_t out = 0,
             std::uint32_t op_modifier = 0) {
    post(f, opcode, modifier, in, out, op_modifier);
    std::uint32_t control = 0;
    for (int i = 0; i < 1000; ++i) {  // 1 ms at most
      HcaRig::run(microseconds(1));
      control = read(f, csr::hcr_control::kOffset);
      if (csr::hcr_control::kGo.of(control) == 0) return csr::hcr_control::kStatus.of<Status>(control);
    }
    FAIL("no answer within 1 ms");
    return Status::ok;
  }
  Status run(unsigned f, Opcode opcode, std::uint32_t modifier = 0, std::uint64_t in = 0, std::uint64_t out = 0,
             std::uint32_t op_modifier = 0) {
    return run(f, static_cast<std::uint32_t>(opcode), modifier, in, out, op_modifier);
  }
  std::uint32_t alloc(unsigned f, Resource kind) {
    REQUIRE(run(f, Opcode::alloc_res, static_cast<std::uint32_t>(kind), 1) == Status::ok);
    return read(f, csr::hcr_out_param_low::kOffset);
  }
  template <class T>
  void place(const T& packed) {
    std::memcpy(node.host.at(page, sizeof packed).data(), &packed, sizeof packed);
  }
};

}  // namespace

TEST_CASE("commands that are no good end in their status", "[hca][firmware]") {
  Simulation sim;
  Device d;
  CHECK(d.run(1, Opcode::init_hca) == Status::bad_sys_state);  // nobody let the function in
  REQUIRE(d.run(0, Opcode::init_hca) == Status::ok);
  CHECK(d.run(0, 0x999) == Status::bad_op);
  CHECK(d.run(0, Opcode::set_vf, 9, 0, 0, 1) == Status::bad_index);
  REQUIRE(d.run(0, Opcode::set_vf, 1, 0, 0, 1) == Status::ok);
  REQUIRE(d.run(1, Opcode::init_hca) == Status::ok);
  CHECK(d.run(1, Opcode::set_vf, 1, 0, 0, 1) == Status::bad_op);  // the physical function's
  CHECK(d.run(1, Opcode::query_fw, 0, 0, StubHost::kSize - 4) == Status::bad_param);  // no mailbox address
  d.alloc(0, Resource::cq);  // the rig has a completion queue of that number, which firmware does not know of
  const std::uint32_t cq = d.alloc(0, Resource::cq);
  CHECK(d.run(0, Opcode::sw2hw_cq, cq, StubHost::kSize + 4096) == Status::internal_err);  // no memory answers there
  d.place(mailbox::CqContext{d.page, d.page, 63, ~0u});
  CHECK(d.run(0, Opcode::sw2hw_cq, cq, d.page) == Status::bad_param);  // 63 entries
  CHECK(d.run(1, Opcode::sw2hw_cq, cq, d.page) == Status::bad_resource);  // another function's number
  d.place(mailbox::CqContext{d.page, d.page, 64, ~0u});
  CHECK(d.run(0, Opcode::sw2hw_cq, cq, d.page) == Status::ok);
  CHECK(d.run(0, Opcode::sw2hw_cq, cq, d.page) == Status::bad_res_state);
  CHECK(d.run(0, Opcode::rst2init_qp, 12345, d.page) == Status::bad_index);
  CHECK(d.run(0, Opcode::free_res, static_cast<std::uint32_t>(Resource::cq), cq) == Status::resource_busy);
  CHECK(d.run(0, Opcode::hw2sw_cq, cq) == Status::ok);
  CHECK(d.run(1, Opcode::nop) == Status::ok);
  CHECK(d.read(0, csr::catas::kOffset) == 0);
}

TEST_CASE("a storm of commands is served one by one and ends with its last", "[hca][firmware]") {
  Simulation sim;
  Device d;
  const std::uint64_t before = d.processor->retired();
  for (int i = 0; i < 2000; ++i) {  // 200 us, two functions, words by chance among them
    d.post(static_cast<unsigned>(i % 2), static_cast<std::uint32_t>(i * 7919) & 0xfff, static_cast<std::uint32_t>(i), 0);
    d.write(0, static_cast<std::uint32_t>(i * 4096) & 0xffffc, ~0u);
    HcaRig::run(nanoseconds(100));
  }
  HcaRig::run(microseconds(100));
  const std::uint64_t served = d.processor->retired();
  CHECK(served - before < 200 * 427 + 100 * 427);  // it cannot be made to do more than its clock allows
  HcaRig::run(microseconds(1000));
  CHECK(d.processor->retired() == served);  // and then it sleeps
  CHECK(d.run(0, Opcode::nop) == Status::ok);
  CHECK(d.read(0, csr::catas::kOffset) == 0);
  CHECK(d.node.counter("bad_doorbells") > 2000);
}
