// The hypervisor's verbs layer: its own handles, its costs, registration.
#include <catch2/catch.hpp>

#include "hypervisor/passthrough.h"
#include "hypervisor/verbs_stack.h"
#include "support/mlx4_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

LiteralParams stack_literals() {
  return {{"post", "60 cycles"}, {"poll", "40 cycles"}, {"completion", "30 cycles"}, {"arm", "20 cycles"},
          {"register_page", "1900 ns"}, {"clock", "1 GHz"}};
}

hypervisor::VerbsStackParams stack_params() {
  LiteralParams in = stack_literals();
  return hypervisor::VerbsStackParams(in);
}

struct StackRig {
  Mlx4Rig rig;
  hypervisor::VerbsStack stack;
  CqHandle cq;
  QpHandle qp;
  StackRig() : stack("stack", stack_params(), rig.verbs) {}
  Task<> open() {
    co_await stack.open(rig.exec);
    cq = co_await stack.create_cq(rig.exec, 15, 1);
    qp = co_await stack.create_qp(rig.exec, cq, cq, {16, 16, 0});
  }
};

class RecordingIommu : public IommuControlIf {
 public:
  Bdf assigned;
  void assign(Bdf device, const GuestMemoryIf&, Bytes) override { assigned = device; }
  void pass_through(Bdf) override {}
};

class SmallVm : public AssignableVmIf {
 public:
  Hpa mapped;
  const GuestMemoryIf& memory() const override { return memory_; }
  Bytes memory_size() const override { return Bytes(1 << 20); }
  Gpa map_registers(Hpa registers, Bytes) override {
    mapped = registers;
    return Gpa(0xC0000000);
  }
  MsiMessage route_interrupt(unsigned vector) override { return msi_message(2, vector + 100); }

 private:
  FlatGuestMemory memory_{0, 1 << 20};
};

}  // namespace

TEST_CASE("each call adds the stack's cost to its provider's", "[hypervisor][timing]") {
  Simulation sim;
  StackRig s;
  auto drive = [&]() -> Task<> {
    co_await s.open();
    const SendWr wr;
    Time start = now();
    co_await s.stack.post_send(s.rig.exec, s.qp, wr);
    CHECK(now() - start == nanoseconds(60 + 110 + 20 + 100));
    std::array<Wc, 2> wc;
    start = now();
    co_await s.stack.poll_cq(s.rig.exec, s.cq, wc);
    CHECK(now() - start == nanoseconds(40 + 50));
    s.rig.hca.complete(s.rig.memory, 0, 0, true, hca_abi::Syndrome::none, nullptr);
    start = now();
    const int found = co_await s.stack.poll_cq(s.rig.exec, s.cq, wc);
    CHECK(found == 1);
    CHECK(now() - start == nanoseconds(40 + 100 + 30));
    const std::vector<Gpa> pages{Gpa(0x20000), Gpa(0x30000), Gpa(0x21000)};
    start = now();
    const MrKeys keys = co_await s.stack.reg_mr(s.rig.exec, Gva(0x10800), Bytes(8192), {}, pages);
    CHECK(keys.lkey == Lkey{0x1100});
    CHECK(now() - start == nanoseconds(3 * 1900));
    CHECK(s.rig.hca.pages[1] == Iova(0x30000));
  };
  run(drive());
}

TEST_CASE("handles that the stack does not know are refused", "[hypervisor][unit]") {
  Simulation sim;
  StackRig s;
  auto drive = [&]() -> Task<> {
    co_await s.open();
    const SendWr wr;
    std::array<Wc, 2> wc;
    const VerbsError posted = co_await s.stack.post_send(s.rig.exec, QpHandle{7}, wr);
    CHECK(posted == VerbsError::invalid);
    const int found = co_await s.stack.poll_cq(s.rig.exec, CqHandle{7}, wc);
    CHECK(found == 0);
    const QpHandle made = co_await s.stack.create_qp(s.rig.exec, CqHandle{7}, s.cq, {16, 16, 0});
    CHECK(made == kNoQp);
    const VerbsError connected = co_await s.stack.connect(s.rig.exec, QpHandle{7}, {});
    CHECK(connected == VerbsError::invalid);
  };
  run(drive());
}

TEST_CASE("a kernel consumer's handler runs in the interrupt", "[hypervisor][unit]") {
  Simulation sim;
  StackRig s;
  std::uint32_t called_for = 99;
  auto drive = [&]() -> Task<> {
    co_await s.open();
    s.stack.on_completion(s.cq, {[](void* self, Exec&, CqHandle cq) -> Task<> {
                                   *static_cast<std::uint32_t*>(self) = cq.value;
                                   co_return;
                                 }, &called_for});
    s.rig.hca.event(s.rig.memory, 0);
    s.rig.exec.raise(7, Op{});
  };
  run(drive());
  CHECK(called_for == s.cq.value);
}

TEST_CASE("a function is assigned by its requester id its registers and interrupts mapped", "[hypervisor][unit]") {
  Simulation sim;
  RecordingHca hca(Bytes(256));
  RecordingIommu iommu;
  SmallVm vm;
  FlatMemory memory(1 << 16);
  FixedExec exec("guest", memory, 0, 1 << 16, 0);
  hypervisor::Passthrough vf(hca, 1, iommu, vm);
  CHECK(iommu.assigned == Bdf{0x301});
  CHECK(vf.map(Hpa(0xF1000000), Bytes(8192)) == Gpa(0xC0000000));
  CHECK(vm.mapped == Hpa(0xF1000000));
  CHECK(vf.route(exec, 7).data == 107);
  CHECK_THROWS_AS(hypervisor::Passthrough(hca, 2, iommu, vm), std::out_of_range);
}
