#include <catch2/catch.hpp>

#include "support/firmware_rig.h"

using namespace viosim::test;
namespace hm = viosim::regs::hca_mailbox;
namespace port_status = viosim::regs::hca_mgmt::port_status;

namespace {

constexpr std::uint32_t kCommand = 1U << static_cast<unsigned>(hm::Event::command);
constexpr std::uint32_t kPort = 1U << static_cast<unsigned>(hm::Event::port_change);
constexpr std::uint32_t kUnmap = static_cast<std::uint32_t>(hm::Limit::map_eq_unmap);
constexpr std::uint32_t kDown = 1, kInit = 2, kArmed = 3, kActive = 4;

struct EventRig : FirmwareRig {
  std::uint32_t queue = eq(0, true, 4);

  explicit EventRig(std::uint32_t mask) { REQUIRE(run(0, Opcode::map_eq, queue, mask).status == Status::ok); }
  std::uint64_t entry(unsigned i) const { return kRing + 32 * (i % 4); }
  /// nop with the event bit.
  Status nop(std::uint32_t token) {
    return run_words(0, {0, 0, 0, 0, 0, token << 16, 0x31 | 1U << 22}).status;
  }
  void consume(std::uint32_t up_to) { context<hm::EqContext>(ObjectType::eq, queue).consumer = up_to; }
  void set_port(bool link, std::uint32_t wanted) {
    port_status = port_status::kLinkUp.at(link) | port_status::kWanted.at(wanted) | port_status::kLid.at(5);
    port_changed();
  }
};

}  // namespace

TEST_CASE("firmware: a command's end is an event with token, status and result", "[firmware]") {
  EventRig rig(kCommand);
  REQUIRE(rig.run(0, Opcode::nop).status == Status::ok);
  CHECK(rig.messages.empty());  // not asked for
  REQUIRE(rig.run_words(0, {0, 0, 32, 0, 0, 0xabcd0000, 0xf00 | 1U << 22}).status == Status::ok);  // the first pd
  CHECK(rig.messages == std::vector<FirmwareRig::Message>{{0, 0xfee00000, 0x40 + rig.queue}});
  CHECK(rig.byte(rig.entry(0) + 1) == 0x0a);
  CHECK(rig.byte(rig.entry(0) + 6) == 0xab);
  CHECK(rig.byte(rig.entry(0) + 7) == 0xcd);
  CHECK(rig.byte(rig.entry(0) + 15) == 0);
  CHECK(rig.peek<std::uint64_t>(rig.entry(0) + 16) == 0);
  CHECK(rig.byte(rig.entry(0) + 31) == 0);
  REQUIRE(rig.run_words(0, {0, 0, 32, 0, 0, 0, 0xf00 | 1U << 22}).status == Status::ok);
  CHECK(rig.byte(rig.entry(1) + 23) == 1);  // the second one, big-endian
  REQUIRE(rig.run_words(0, {0, 0, 99, 0, 0, 0, 0xf00 | 1U << 22}).status == Status::bad_param);
  CHECK(rig.byte(rig.entry(2) + 15) == 3);
}

TEST_CASE("firmware: the owner bit turns with each lap of an event queue", "[firmware]") {
  EventRig rig(kCommand);
  for (unsigned i = 0; i < 12; ++i) {
    REQUIRE(rig.nop(i) == Status::ok);
    rig.consume(i + 1);
    CHECK(rig.byte(rig.entry(i) + 31) == (i / 4 % 2 == 1 ? 0x80 : 0));
    CHECK(rig.byte(rig.entry(i) + 7) == i);
  }
  CHECK(rig.messages.size() == 12);
}

TEST_CASE("firmware: events that find their queue full are counted", "[firmware]") {
  EventRig rig(kCommand);
  for (unsigned i = 0; i < 6; ++i) REQUIRE(rig.nop(i) == Status::ok);
  CHECK(rig.messages.size() == 4);
  CHECK(rig.byte(rig.entry(0) + 7) == 0);  // not overwritten
  CHECK(rig.query<hm::EqContext>(0, Opcode::query_eq, rig.queue).lost == 2);
  CHECK(rig.query<hm::EqContext>(0, Opcode::query_eq, rig.queue).producer == 4);
  rig.consume(1);
  REQUIRE(rig.nop(6) == Status::ok);
  CHECK(rig.byte(rig.entry(0) + 7) == 6);
  CHECK(rig.messages.size() == 5);
}

TEST_CASE("firmware: an event that the host does not take is counted", "[firmware]") {
  EventRig rig(kCommand);
  rig.host_answers = false;
  REQUIRE(rig.nop(1) == Status::ok);
  rig.host_answers = true;
  CHECK(rig.messages.empty());
  CHECK(rig.query<hm::EqContext>(0, Opcode::query_eq, rig.queue).lost == 1);
}

TEST_CASE("firmware: events go where they are mapped, until the queue goes", "[firmware]") {
  EventRig rig(kCommand);
  const std::uint32_t completions = rig.eq(0, false);
  CHECK(rig.run(0, Opcode::map_eq, completions, kCommand).status == Status::bad_param);
  CHECK(rig.run(0, Opcode::map_eq, rig.queue, 0).status == Status::bad_param);
  CHECK(rig.run(0, Opcode::map_eq, rig.queue, 1).status == Status::bad_param);
  CHECK(rig.run(0, Opcode::map_eq, 100, kCommand).status == Status::bad_resource);
  REQUIRE(rig.run(0, Opcode::map_eq, kUnmap, kCommand).status == Status::ok);
  REQUIRE(rig.nop(1) == Status::ok);
  CHECK(rig.messages.empty());
  REQUIRE(rig.run(0, Opcode::map_eq, rig.queue, kCommand).status == Status::ok);
  REQUIRE(rig.run(0, Opcode::hw2sw_eq, rig.queue).status == Status::ok);
  REQUIRE(rig.nop(2) == Status::ok);
  CHECK(rig.messages.empty());
}

TEST_CASE("firmware: the port goes up one state at a time, as far as is wanted", "[firmware]") {
  EventRig rig(kPort);
  rig.set_port(true, kActive);
  CHECK(rig.port_states.empty());  // nobody opened it
  rig.set_port(false, 0);
  CHECK(rig.run(0, Opcode::init_port, 2).status == Status::bad_index);
  REQUIRE(rig.run(0, Opcode::init_port, 1).status == Status::ok);
  CHECK(rig.run(0, Opcode::init_port, 1).status == Status::bad_sys_state);
  CHECK(rig.port_enabled);
  CHECK(rig.port_states.empty());  // no link
  rig.set_port(true, 0);
  CHECK(rig.port_states == std::vector<std::uint32_t>{kInit});
  rig.set_port(true, kArmed);
  CHECK(rig.port_states == std::vector<std::uint32_t>{kInit, kArmed});
  CHECK(rig.messages.empty());
  rig.set_port(true, kActive);
  CHECK(rig.port_states.back() == kActive);
  REQUIRE(rig.messages.size() == 1);
  CHECK(rig.byte(rig.entry(0) + 1) == 0x09);
  CHECK(rig.byte(rig.entry(0) + 3) == 4);
  CHECK(rig.byte(rig.entry(0) + 12) == 0x10);  // port 1
  rig.set_port(true, kInit);  // the standard knows no such step
  rig.set_port(true, kArmed);
  rig.set_port(true, 9);
  CHECK(rig.port_states.back() == kActive);
  CHECK(rig.query<hm::PortInfo>(0, Opcode::query_port, 1).state == kActive);
  CHECK(rig.query<hm::PortInfo>(0, Opcode::query_port, 1).lid == 5);
  CHECK(rig.run(0, Opcode::query_port, 0).status == Status::bad_index);
}

TEST_CASE("firmware: the port falls with its link, its manager's word or its last user", "[firmware]") {
  EventRig rig(kPort);
  REQUIRE(rig.run(0, Opcode::init_port, 1).status == Status::ok);
  rig.set_port(true, kActive);
  CHECK(rig.port_states == std::vector<std::uint32_t>{kInit, kArmed, kActive});
  SECTION("link") { rig.set_port(false, kActive); }
  SECTION("manager") { rig.set_port(true, kDown); }
  SECTION("close") {
    REQUIRE(rig.run(0, Opcode::close_port, 1).status == Status::ok);
    CHECK(!rig.port_enabled);
    CHECK(rig.messages.size() == 1);  // who closed it hears no more
    CHECK(rig.run(0, Opcode::close_port, 1).status == Status::bad_sys_state);
    CHECK(rig.port_states.back() == kDown);
    return;
  }
  CHECK(rig.port_states.back() == kDown);
  REQUIRE(rig.messages.size() == 2);
  CHECK(rig.byte(rig.entry(1) + 3) == 1);
  rig.set_port(true, kActive);
  CHECK(rig.port_states.back() == kActive);
  CHECK(rig.messages.size() == 3);
}

TEST_CASE("firmware: a port is open while one function uses it", "[firmware]") {
  FirmwareRig rig(2);
  REQUIRE(rig.run(0, Opcode::init_port, 1).status == Status::ok);
  REQUIRE(rig.run(1, Opcode::init_port, 1).status == Status::ok);
  REQUIRE(rig.run(0, Opcode::close_port, 1).status == Status::ok);
  CHECK(rig.port_enabled);
  CHECK(rig.run(1, Opcode::close_hca).status == Status::ok);
  CHECK(!rig.port_enabled);
}
