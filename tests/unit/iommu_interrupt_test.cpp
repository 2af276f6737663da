#include <catch2/catch.hpp>

#include "iommu/interrupt_abi.h"
#include "support/iommu_queue_rig.h"
#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;
using iommu::InterruptEntry;

namespace {

struct InterruptRig : QueueRig {
  explicit InterruptRig(LiteralParams values = iommu_literals(), bool compatible = false)
      : QueueRig(values), table(memory.allocate(Bytes(4096), Bytes(4096), 0)),
        descriptor(memory.allocate(Bytes(64), Bytes(64), 0)),
        device(link_literals(), root_literals(), endpoint_literals(), &iommu, &memory) {
    iommu.interrupts().enable(table, 256, compatible, device.interrupts);
  }
  void raise(std::uint64_t address, std::uint32_t data = 0) {
    device.endpoint.raise_msix(kDevice, address, data, Op::open(now()));
    run(microseconds(2));
  }
  void raise_entry(std::uint16_t index) { raise(iommu::remapped_message(index).address); }
  /// The reason of the fault that the last message caused.
  IommuFault reason() {
    const auto record = iommu.faults().take();
    return record ? record->reason : IommuFault::none;
  }
  std::uint64_t word(Hpa at) const { return iommu::read_word(memory, at); }

  Hpa table, descriptor;
  PcieRig device;
};

}  // namespace

TEST_CASE("a remapped interrupt goes where its entry says, the entry is read once", "[pcie][iommu][unit]") {
  Simulation sim;
  InterruptRig rig;
  rig.iommu.interrupts().set(5, iommu::remapped_entry(3, 0x44, kDevice));
  rig.raise_entry(5);
  rig.raise_entry(5);
  const auto& taken = rig.device.interrupts.taken;
  REQUIRE(taken.size() == 2);
  CHECK(taken[0].core == 3);
  CHECK(taken[0].vector == 0x44);
  CHECK(spent(taken[0].op, Cause::ContextMiss) == 100'000);
  CHECK(spent(taken[1].op, Cause::ContextMiss) == 0);
  CHECK(counter("iommu.interrupts", "interrupts_remapped") == 2);
}

TEST_CASE("interrupts that no entry admits are blocked with their reason", "[pcie][iommu][unit]") {
  Simulation sim;
  InterruptRig rig;
  auto& remapper = rig.iommu.interrupts();
  InterruptEntry odd = iommu::remapped_entry(0, 0x30, kDevice), check = odd, quiet{};
  odd.low |= 1u << 24;
  check.high |= 3u << 18;
  quiet.low = 2;  // not present, and says nothing
  remapper.set(1, iommu::remapped_entry(0, 0x30, Bdf{0x0400}));
  remapper.set(2, odd);
  remapper.set(3, check);
  remapper.set(4, quiet);
  rig.raise(kMsiWindow, 0x30);
  CHECK(rig.reason() == IommuFault::compatibility_blocked);
  rig.raise_entry(0);
  CHECK(rig.reason() == IommuFault::interrupt_not_present);
  rig.raise_entry(1);
  CHECK(rig.reason() == IommuFault::interrupt_source);
  rig.raise_entry(2);
  CHECK(rig.reason() == IommuFault::interrupt_entry_reserved);
  rig.raise_entry(3);
  CHECK(rig.reason() == IommuFault::interrupt_entry_reserved);
  rig.raise_entry(4);
  CHECK(rig.reason() == IommuFault::none);
  rig.raise_entry(256);
  CHECK(rig.reason() == IommuFault::interrupt_index);
  rig.raise(iommu::remapped_message(0).address | 1u << 3, 0x1'0000);
  CHECK(rig.reason() == IommuFault::interrupt_reserved);
  rig.raise(iommu::remapped_message(200).address | 1u << 3, 100);  // the subhandle leads out of the table
  CHECK(rig.reason() == IommuFault::interrupt_index);
  CHECK(rig.device.interrupts.taken.empty());
  CHECK(counter("iommu.interrupts", "interrupts_refused") == 9);
}

TEST_CASE("reserved bits of both kinds of entries are seen", "[iommu][unit]") {
  const InterruptEntry remapped = iommu::remapped_entry(3, 0x44, kDevice);
  const InterruptEntry posted = iommu::posted_entry(Hpa(0x12'3456'7FC0), 0x44, kDevice, true);
  CHECK_FALSE(remapped.reserved());
  CHECK_FALSE(posted.reserved());
  CHECK(posted.descriptor() == Hpa(0x12'3456'7FC0));
  const auto with = [](InterruptEntry e, unsigned bit) {
    (bit < 64 ? e.low : e.high) |= std::uint64_t{1} << bit % 64;
    return e.reserved();
  };
  for (const unsigned bit : {12u, 14u, 24u, 31u, 64u + 20, 64u + 31, 64u + 32, 127u}) CHECK(with(remapped, bit));
  for (const unsigned bit : {2u, 7u, 12u, 13u, 24u, 37u, 64u + 20, 64u + 31}) CHECK(with(posted, bit));
  for (const unsigned bit : {2u, 7u, 8u, 11u, 63u}) CHECK_FALSE(with(remapped, bit));
}

TEST_CASE("a source is compared by function bits or by bus", "[iommu][unit]") {
  InterruptEntry e = iommu::remapped_entry(0, 0x30, Bdf{0x0300});
  CHECK(e.admits(Bdf{0x0300}));
  CHECK_FALSE(e.admits(Bdf{0x0304}));
  e.high |= 1u << 16;
  CHECK(e.admits(Bdf{0x0304}));
  CHECK_FALSE(e.admits(Bdf{0x0301}));
  e.high |= 3u << 16;
  CHECK(e.admits(Bdf{0x0307}));
  CHECK_FALSE(e.admits(Bdf{0x0308}));
  e.high = 2u << 18 | 0x0205;  // buses 2 to 5
  CHECK(e.admits(Bdf{0x0500}));
  CHECK_FALSE(e.admits(Bdf{0x0600}));
  CHECK_FALSE(e.admits(Bdf{0x01FF}));
}

TEST_CASE("the compatibility format passes where it is allowed", "[pcie][iommu][unit]") {
  Simulation sim;
  InterruptRig rig(iommu_literals(), true);
  rig.raise(msi_message(2, 0x30).address, 0x30);
  REQUIRE(rig.device.interrupts.taken.size() == 1);
  CHECK(rig.device.interrupts.taken[0].core == 2);
}

TEST_CASE("a changed entry is seen after its invalidation", "[pcie][iommu][unit]") {
  Simulation sim;
  InterruptRig rig;
  rig.iommu.interrupts().set(5, iommu::remapped_entry(1, 0x44, kDevice));
  rig.raise_entry(5);
  rig.iommu.interrupts().set(5, iommu::remapped_entry(2, 0x44, kDevice));
  rig.raise_entry(5);
  rig.add(iommu::invalidate_interrupt_entries(4)).submit_and_wait(1);  // another one
  rig.run(microseconds(1));
  rig.raise_entry(5);
  rig.add(iommu::invalidate_interrupt_entries(4, 1)).submit_and_wait(2);  // 4 and 5
  rig.run(microseconds(1));
  rig.raise_entry(5);
  const auto& taken = rig.device.interrupts.taken;
  REQUIRE(taken.size() == 4);
  CHECK(taken[1].core == 1);
  CHECK(taken[2].core == 1);
  CHECK(taken[3].core == 2);
}

TEST_CASE("a posted interrupt sets its bit, and notifies when nothing is outstanding", "[pcie][iommu][unit]") {
  Simulation sim;
  InterruptRig rig;
  const Hpa control = rig.descriptor + iommu::kPostedControl;
  iommu::write_word(rig.memory, control, std::uint64_t{3} << 32 | 0xF2u << 16);
  rig.iommu.interrupts().set(5, iommu::posted_entry(rig.descriptor, 70, kDevice));
  rig.iommu.interrupts().set(6, iommu::posted_entry(rig.descriptor, 71, kDevice));
  rig.raise_entry(5);
  rig.raise_entry(6);  // one is outstanding: no second notification
  const auto& taken = rig.device.interrupts.taken;
  REQUIRE(taken.size() == 1);
  CHECK(taken[0].core == 3);
  CHECK(taken[0].vector == 0xF2);
  CHECK(spent(taken[0].op, Cause::DramAccess) == 140'000);  // the descriptor's line, read and written
  CHECK(rig.word(rig.descriptor + Bytes(8)) == 0b11u << 6);
  CHECK((rig.word(control) & iommu::kOutstanding) == 1);
  iommu::write_word(rig.memory, control, rig.word(control) & ~iommu::kOutstanding);
  rig.raise_entry(6);
  CHECK(taken.size() == 2);
}

TEST_CASE("suppressed notifications are for urgent entries only", "[pcie][iommu][unit]") {
  Simulation sim;
  InterruptRig rig;
  iommu::write_word(rig.memory, rig.descriptor + iommu::kPostedControl, iommu::kSuppressed | 0xF2u << 16);
  rig.iommu.interrupts().set(5, iommu::posted_entry(rig.descriptor, 7, kDevice));
  rig.iommu.interrupts().set(6, iommu::posted_entry(rig.descriptor, 7, kDevice, true));
  rig.raise_entry(5);
  CHECK(rig.word(rig.descriptor) == 1u << 7);
  CHECK(rig.device.interrupts.taken.empty());
  rig.raise_entry(6);
  CHECK(rig.device.interrupts.taken.size() == 1);
}

TEST_CASE("posting is refused where the part cannot, or the descriptor is nowhere", "[pcie][iommu][unit]") {
  Simulation sim;
  InterruptRig rig;
  rig.iommu.interrupts().set(5, iommu::posted_entry(Hpa(std::uint64_t{1} << 45), 7, kDevice));
  rig.raise_entry(5);
  CHECK(rig.reason() == IommuFault::interrupt_table_access);
}

TEST_CASE("an IOMMU without posting says so", "[pcie][iommu][unit]") {
  Simulation sim;
  InterruptRig rig(iommu_literals().set("posted_interrupts", "false"));
  const InterruptEntry e = iommu::posted_entry(rig.descriptor, 7, kDevice);
  CHECK_THROWS_AS(rig.iommu.interrupts().set(5, e), std::invalid_argument);
  iommu::write_word(rig.memory, rig.table + Bytes(5 * 16), e.low);
  iommu::write_word(rig.memory, rig.table + Bytes(5 * 16 + 8), e.high);
  rig.raise_entry(5);
  CHECK(rig.reason() == IommuFault::interrupt_entry_reserved);
  CHECK(rig.word(rig.descriptor) == 0);
}
