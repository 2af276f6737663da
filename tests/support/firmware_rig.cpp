#include "support/firmware_rig.h"

#include <catch2/catch.hpp>

#include "command.h"
#include "event.h"
#include "hw.h"
#include "port.h"

namespace viosim::test {
namespace {

namespace hm = regs::hca_mailbox;

FirmwareRig* rig = nullptr;  // the one that the C functions below mean

std::size_t size_of(ObjectType type) {
  switch (type) {
    case ObjectType::pd: return sizeof(hm::PdContext);
    case ObjectType::mpt: return sizeof(hm::MptContext);
    case ObjectType::eq: return sizeof(hm::EqContext);
    case ObjectType::cq: return sizeof(hm::CqContext);
    case ObjectType::srq: return sizeof(hm::SrqContext);
    case ObjectType::qp: return sizeof(hm::QpContext);
    case ObjectType::ah: return sizeof(hm::AhContext);
    default: return 0;
  }
}

std::byte* host_at(std::uint64_t address, std::uint32_t bytes) {
  const std::uint64_t offset = address - FirmwareRig::kHost;
  const bool there = rig->host_answers && offset < FirmwareRig::kHostSize && bytes <= FirmwareRig::kHostSize - offset;
  CHECK(bytes % 4 == 0);
  return there ? rig->host.data() + offset : nullptr;
}

}  // namespace

FirmwareRig::FirmwareRig(unsigned n, bool raw) : functions(n), device_(new ::hca()) {
  rig = this;
  device_init(device_.get());
  if (raw) return;
  for (unsigned f = 0; f < functions; ++f) {
    if (f > 0) REQUIRE(run(0, Opcode::set_vf, f, 0, 1).status == Status::ok);
    REQUIRE(run(f, Opcode::init_hca).status == Status::ok);
  }
}

FirmwareRig::~FirmwareRig() { rig = nullptr; }
void FirmwareRig::Delete::operator()(::hca* device) const { delete device; }

void FirmwareRig::port_changed() { port_turn(device_.get()); }

FirmwareRig::Answer FirmwareRig::run_words(unsigned function, const std::uint32_t (&words)[7]) {
  ::command c = command_of(function, words);
  const auto status = static_cast<Status>(answer_command(device_.get(), &c));
  if (c.event && function < functions) event_command(device_.get(), &c, static_cast<std::uint32_t>(status));
  return {status, c.immediate ? c.out : 0};
}

FirmwareRig::Answer FirmwareRig::run(unsigned function, Opcode opcode, std::uint32_t modifier, std::uint64_t in,
                                     std::uint32_t op_modifier, std::uint64_t out) {
  return run_words(function, {static_cast<std::uint32_t>(in >> 32), static_cast<std::uint32_t>(in), modifier,
                              static_cast<std::uint32_t>(out >> 32), static_cast<std::uint32_t>(out), 0xbeef0000,
                              static_cast<std::uint32_t>(opcode) | op_modifier << 12});
}

std::uint32_t FirmwareRig::pd(unsigned function) {
  const Answer a = alloc(function, Resource::pd);
  REQUIRE(a.status == Status::ok);
  return static_cast<std::uint32_t>(a.out);
}

std::uint32_t FirmwareRig::mtt_range(unsigned function, std::uint32_t pages) {
  const Answer a = alloc(function, Resource::mtt, pages);
  REQUIRE(a.status == Status::ok);
  return static_cast<std::uint32_t>(a.out);
}

Status FirmwareRig::write_pages(unsigned function, std::uint32_t range, std::uint32_t first, std::uint32_t count,
                                std::uint64_t page) {
  poke(kIn, hm::WriteMtt{range, first, 0});
  for (std::uint32_t i = 0; i < count && i < 510; ++i) poke(kIn + 16 + 8 * i, page + 4096 * i);
  return run(function, Opcode::write_mtt, count, kIn).status;
}

std::uint32_t FirmwareRig::region(unsigned function, std::uint32_t pd, std::uint32_t range) {
  const Answer a = alloc(function, Resource::mpt);
  REQUIRE(a.status == Status::ok);
  const auto key = static_cast<std::uint32_t>(a.out);
  hm::MptContext m;
  m.start = 0x7000'0000;
  m.length = 4096;
  m.pd = pd;
  m.mtt = range;
  REQUIRE(with(function, Opcode::sw2hw_mpt, key, m) == Status::ok);
  return key;
}

std::uint32_t FirmwareRig::eq(unsigned function, bool asynchronous, std::uint32_t entries) {
  const Answer a = alloc(function, Resource::eq);
  REQUIRE(a.status == Status::ok);
  hm::EqContext e;
  e.ring = kRing;
  e.entries = entries;
  e.msi_address = 0xfee00000;
  e.msi_data = 0x40 + static_cast<std::uint32_t>(a.out);
  e.asynchronous = asynchronous ? 1 : 0;
  REQUIRE(with(function, Opcode::sw2hw_eq, static_cast<std::uint32_t>(a.out), e) == Status::ok);
  return static_cast<std::uint32_t>(a.out);
}

std::uint32_t FirmwareRig::cq(unsigned function, std::uint32_t eq) {
  const Answer a = alloc(function, Resource::cq);
  REQUIRE(a.status == Status::ok);
  hm::CqContext c;
  c.ring = kRing;
  c.doorbell_record = kRing + 0x1000;
  c.entries = 16;
  c.eq = eq;
  REQUIRE(with(function, Opcode::sw2hw_cq, static_cast<std::uint32_t>(a.out), c) == Status::ok);
  return static_cast<std::uint32_t>(a.out);
}

hm::QpContext FirmwareRig::qp_context(std::uint32_t pd, std::uint32_t cq) const {
  hm::QpContext q;
  q.pd = pd;
  q.send_cq = q.receive_cq = cq;
  q.send_entries = q.receive_entries = 64;
  q.send_stride = 64;
  q.receive_stride = 16;
  q.send_ring = kRing;
  q.receive_ring = kRing + 0x2000;
  q.receive_doorbell_record = kRing + 0x3000;
  q.remote_qp = 0x55;
  q.remote_lid = 7;
  q.mtu = 2048;
  q.send_psn = 0x123456;
  q.receive_psn = 0x654321;
  q.timeout = 14;
  q.retry_count = q.rnr_retry = 7;
  q.min_rnr_timer = 12;
  q.max_rd_atomic = 16;
  return q;
}

std::uint32_t FirmwareRig::qp(unsigned function, std::uint32_t pd, std::uint32_t cq) {
  const Answer a = alloc(function, Resource::qp);
  REQUIRE(a.status == Status::ok);
  REQUIRE(with(function, Opcode::rst2init_qp, static_cast<std::uint32_t>(a.out), qp_context(pd, cq)) == Status::ok);
  return static_cast<std::uint32_t>(a.out);
}

}  // namespace viosim::test

using viosim::test::ObjectType;
using viosim::test::rig;

bool hw_dma_read(std::uint32_t function, std::uint64_t at, void* to, std::uint32_t bytes) {
  CHECK(function < rig->functions);
  const std::byte* const from = viosim::test::host_at(at, bytes);
  if (from != nullptr) std::memcpy(to, from, bytes);
  return from != nullptr;
}

bool hw_dma_write(std::uint32_t function, std::uint64_t at, const void* from, std::uint32_t bytes) {
  CHECK(function < rig->functions);
  std::byte* const to = viosim::test::host_at(at, bytes);
  if (to != nullptr) std::memcpy(to, from, bytes);
  return to != nullptr;
}

bool hw_context(std::uint32_t operation, std::uint32_t kind, std::uint32_t function, std::uint32_t number,
                void* context, std::uint32_t count) {
  using viosim::regs::hca_mgmt::ctx_control::Operation;
  const auto type = static_cast<ObjectType>(kind);
  const auto what = static_cast<Operation>(operation);
  auto* const bytes = static_cast<std::byte*>(context);
  if (!rig->tables_answer) return false;
  if (type == ObjectType::mtt) {
    for (std::uint32_t i = 0; i < count; ++i) std::memcpy(&rig->mtt[number + i], bytes + 8 * i, 8);
    return true;
  }
  const auto found = rig->contexts.find({type, number});
  CHECK((found == rig->contexts.end()) == (what == Operation::install));  // the firmware knows what is there
  if (what == Operation::install) {
    rig->contexts[{type, number}] = {function, {bytes, bytes + viosim::test::size_of(type)}};
    return true;
  }
  CHECK(found->second.function == function);
  auto& kept = found->second.bytes;
  if (what == Operation::modify) kept.assign(bytes, bytes + kept.size());
  else if (what == Operation::query) std::memcpy(bytes, kept.data(), kept.size());
  else rig->contexts.erase(found);
  return true;
}

void hw_msi(std::uint32_t function, std::uint64_t address, std::uint32_t data) {
  rig->messages.push_back({function, address, data});
}

std::uint32_t hw_functions(void) { return rig->functions; }
std::uint32_t hw_port_status(void) { return rig->port_status; }
void hw_port_enable(bool on) { rig->port_enabled = on; }
void hw_show_state(std::uint32_t, std::uint32_t port) { rig->port_states.push_back(port); }
std::uint32_t hw_self_test(void) { return 0x80000007; }
std::uint32_t hw_stack_left(void) { return 1000; }
void hw_kick(void) {}
