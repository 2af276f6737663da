#include <catch2/catch.hpp>

#include "support/firmware_rig.h"

using namespace viosim::test;
namespace hm = viosim::regs::hca_mailbox;

namespace {

constexpr std::uint64_t kPage = FirmwareRig::kHost;

struct RegionRig : FirmwareRig {
  std::uint32_t domain = pd(), range = mtt_range(0, 2), key = 0;
  hm::MptContext good;

  RegionRig() {
    REQUIRE(write_pages(0, range, 0, 2) == Status::ok);
    key = static_cast<std::uint32_t>(alloc(0, Resource::mpt).out);
    good.start = 0x7000'0800;
    good.length = 4096;  // two pages
    good.pd = domain;
    good.mtt = range;
    good.access = static_cast<std::uint32_t>(hm::Access::local_write);
  }
  Status install(const hm::MptContext& m) { return with(0, Opcode::sw2hw_mpt, key, m); }
};

}  // namespace

TEST_CASE("firmware: a region is registered with its pages, asked for and ended", "[firmware]") {
  RegionRig rig;
  CHECK(rig.key == 0x100);  // index 1, generation 0
  REQUIRE(rig.install(rig.good) == Status::ok);
  const auto kept = rig.context<hm::MptContext>(ObjectType::mpt, rig.key);
  CHECK(kept.key == rig.key);
  CHECK(kept.start == rig.good.start);
  CHECK(kept.length == 4096);
  CHECK(kept.pd == rig.domain);
  CHECK(kept.mtt_count == 2);
  CHECK(rig.mtt.at(kept.mtt_first) == kPage);
  CHECK(rig.mtt.at(kept.mtt_first + 1) == kPage + 4096);
  CHECK(rig.query<hm::MptContext>(0, Opcode::query_mpt, rig.key).length == 4096);

  CHECK(rig.install(rig.good) == Status::bad_res_state);
  CHECK(rig.free(0, Resource::mpt, rig.key) == Status::resource_busy);
  CHECK(rig.free(0, Resource::mtt, rig.range) == Status::resource_busy);
  CHECK(rig.free(0, Resource::pd, rig.domain) == Status::resource_busy);
  CHECK(rig.write_pages(0, rig.range, 0, 1) == Status::resource_busy);

  REQUIRE(rig.run(0, Opcode::hw2sw_mpt, rig.key).status == Status::ok);
  CHECK(!rig.known(ObjectType::mpt, rig.key));
  CHECK(rig.run(0, Opcode::hw2sw_mpt, rig.key).status == Status::bad_res_state);
  CHECK(rig.run(0, Opcode::query_mpt, rig.key).status == Status::bad_res_state);
  CHECK(rig.free(0, Resource::mpt, rig.key) == Status::ok);
  CHECK(rig.free(0, Resource::mtt, rig.range) == Status::ok);
  CHECK(rig.free(0, Resource::pd, rig.domain) == Status::ok);
}

TEST_CASE("firmware: what is wrong with a region is said", "[firmware]") {
  RegionRig rig;
  hm::MptContext m = rig.good;
  SECTION("no bytes") { m.length = 0; }
  SECTION("past the end of addresses") { m.start = ~std::uint64_t{0} - 100; }
  SECTION("all there is") { m.start = 0x800, m.length = ~std::uint64_t{0} - 0x800; }
  SECTION("more pages than were written") { m.length = 4096 + 2049; }
  SECTION("unknown rights") { m.access = 16; }
  SECTION("remote write without local write") { m.access = static_cast<std::uint32_t>(hm::Access::remote_write); }
  CHECK(rig.install(m) == Status::bad_param);
  CHECK(rig.install(rig.good) == Status::ok);
}

TEST_CASE("firmware: a region of things that are not there is refused", "[firmware]") {
  RegionRig rig;
  hm::MptContext m = rig.good;
  m.pd = rig.domain + 1;
  CHECK(rig.install(m) == Status::bad_resource);
  m.pd = 256;
  CHECK(rig.install(m) == Status::bad_index);
  m = rig.good;
  m.mtt = rig.range + 1;
  CHECK(rig.install(m) == Status::bad_resource);
  m.mtt = 0xffffffff;
  CHECK(rig.install(m) == Status::bad_index);
  CHECK(rig.with(0, Opcode::sw2hw_mpt, 0, rig.good) == Status::bad_index);
  CHECK(rig.with(0, Opcode::sw2hw_mpt, 0x200, rig.good) == Status::bad_resource);
  CHECK(rig.with(0, Opcode::sw2hw_mpt, rig.key + 1, rig.good) == Status::bad_resource);
  rig.tables_answer = false;
  CHECK(rig.install(rig.good) == Status::internal_err);
  rig.tables_answer = true;
  CHECK(rig.install(rig.good) == Status::ok);
}

TEST_CASE("firmware: a key that was freed names nothing when its index is used again", "[firmware]") {
  FirmwareRig rig;
  std::vector<std::uint32_t> keys;
  for (FirmwareRig::Answer a = rig.alloc(0, Resource::mpt); a.status == Status::ok; a = rig.alloc(0, Resource::mpt))
    keys.push_back(static_cast<std::uint32_t>(a.out));
  REQUIRE(keys.size() == 1024);
  CHECK(rig.alloc(0, Resource::mpt).status == Status::exceed_lim);
  REQUIRE(rig.free(0, Resource::mpt, keys[5]) == Status::ok);
  CHECK(rig.free(0, Resource::mpt, keys[5]) == Status::bad_resource);
  const auto again = static_cast<std::uint32_t>(rig.alloc(0, Resource::mpt).out);
  CHECK(again == keys[5] + 1);
  CHECK(rig.free(0, Resource::mpt, keys[5]) == Status::bad_resource);
  CHECK(rig.free(0, Resource::mpt, again) == Status::ok);
}

TEST_CASE("firmware: numbers come back in the order in which they were freed", "[firmware]") {
  FirmwareRig rig;
  while (rig.alloc(0, Resource::srq).status == Status::ok) continue;
  for (const std::uint32_t n : {7U, 3U, 200U}) REQUIRE(rig.free(0, Resource::srq, n) == Status::ok);
  for (const std::uint32_t n : {7U, 3U, 200U}) CHECK(rig.alloc(0, Resource::srq).out == n);
  CHECK(rig.alloc(0, Resource::srq).status == Status::exceed_lim);
}

TEST_CASE("firmware: pages are written from the first on, each once at least", "[firmware]") {
  FirmwareRig rig;
  const std::uint32_t range = rig.mtt_range(0, 600);
  CHECK(rig.write_pages(0, range, 1, 4) == Status::bad_param);  // leaves a gap
  CHECK(rig.write_pages(0, range, 0, 0) == Status::bad_param);
  CHECK(rig.write_pages(0, range, 0, 511) == Status::bad_param);
  CHECK(rig.write_pages(0, range, 0, 8, kPage + 8) == Status::bad_param);
  CHECK(rig.write_pages(0, range + 1, 0, 8) == Status::bad_resource);
  CHECK(rig.write_pages(0, 1024, 0, 8) == Status::bad_index);
  REQUIRE(rig.write_pages(0, range, 0, 510) == Status::ok);
  CHECK(rig.write_pages(0, range, 510, 91) == Status::bad_param);  // past its end
  REQUIRE(rig.write_pages(0, range, 510, 90) == Status::ok);
  REQUIRE(rig.write_pages(0, range, 0, 1) == Status::ok);  // again: the others stay
  CHECK(rig.write_pages(0, range, 599, 1) == Status::ok);
  CHECK(rig.write_pages(0, range, 601, 1) == Status::bad_param);
  CHECK(rig.mtt.size() == 600);
  CHECK(rig.alloc(0, Resource::mtt, 0).status == Status::bad_param);
  CHECK(rig.alloc(0, Resource::mtt, (1U << 22) + 1).status == Status::bad_param);
  CHECK(rig.alloc(0, Resource::mtt, 1ULL << 40).status == Status::bad_param);
}

TEST_CASE("firmware: translation entries are found again, whatever the order of their end", "[firmware]") {
  FirmwareRig rig;
  constexpr std::uint64_t kQuarter = 1U << 20;
  std::uint32_t range[4];
  for (std::uint32_t& r : range) r = rig.mtt_range(0, kQuarter);
  CHECK(rig.alloc(0, Resource::mtt, 1).status == Status::exceed_lim);
  REQUIRE(rig.free(0, Resource::mtt, range[3]) == Status::ok);  // where the next search begins
  REQUIRE(rig.free(0, Resource::mtt, range[1]) == Status::ok);
  CHECK(rig.alloc(0, Resource::mtt, 2 * kQuarter).status == Status::exceed_lim);  // not in one piece
  range[3] = rig.mtt_range(0, kQuarter);  // the search goes on from where it was
  range[1] = rig.mtt_range(0, kQuarter);
  REQUIRE(rig.free(0, Resource::mtt, range[2]) == Status::ok);
  REQUIRE(rig.free(0, Resource::mtt, range[0]) == Status::ok);
  CHECK(rig.alloc(0, Resource::mtt, 2 * kQuarter).status == Status::exceed_lim);  // not in one piece
  REQUIRE(rig.free(0, Resource::mtt, range[1]) == Status::ok);
  const std::uint32_t three = rig.mtt_range(0, 3 * kQuarter);
  CHECK(rig.alloc(0, Resource::mtt, 1).status == Status::exceed_lim);
  REQUIRE(rig.free(0, Resource::mtt, three) == Status::ok);
  REQUIRE(rig.free(0, Resource::mtt, range[3]) == Status::ok);
  CHECK(rig.alloc(0, Resource::mtt, 4 * kQuarter).status == Status::ok);
}
