// Firmware that is no good: each ends in a named error within a bounded simulated time, on either processor.
#include <catch2/catch.hpp>

#include "support/firmware_file.h"
#include "support/simulated.h"
#include "support/temporary_folder.h"

using namespace viosim;
using namespace viosim::test;

namespace mgmt = regs::hca_mgmt;

namespace {

/// The run of queue pairs with this program ends with an error that says all of `words`.
void check_ends(const FirmwareProgram& program, const std::vector<std::string>& words) {
  const TemporaryFolder place;
  const std::string file = program.save((place.path() / "firmware.elf").string());
  for (const char* control : {"iss", "rtl"}) {
    INFO(control);
    std::string text;
    try {
      simulated("qp-create-rate", {{"control", control}, {"path", "native"}},
                {"esx0.hca0.control.firmware=" + file, "esx0.verbs.command_timeout=500 us"});
    } catch (const std::exception& e) {
      text = e.what();
    }
    for (const std::string& word : words) CHECK_THAT(text, Catch::Contains(word));
  }
}

}  // namespace

TEST_CASE("firmware that never comes up is given up", "[system][firmware]") {
  check_ends(FirmwareProgram().for_ever(), {"esx0.vm0.rdma0: esx0.hca0", "does not come up"});
}

TEST_CASE("firmware that loops for ever does not answer in time", "[system][firmware]") {
  check_ends(FirmwareProgram().ready().for_ever(), {"esx0.hca0: command 0x4", "did not answer in time"});
}

TEST_CASE("firmware that sleeps for ever does not answer in time", "[system][firmware]") {
  check_ends(FirmwareProgram().ready().then(rv::wfi).then(rv::jal(0, -4)), {"command 0x4", "did not answer in time"});
}

TEST_CASE("firmware that traps without a handler does not answer in time", "[system][firmware]") {
  check_ends(FirmwareProgram().ready().then(0xffffffff), {"command 0x4", "did not answer in time"});
}

TEST_CASE("a watchdog ends firmware that hangs, and says so", "[system][firmware]") {
  check_ends(FirmwareProgram()
                 .ready()
                 .set(mgmt::watchdog_timeout::kOffset, 100)
                 .set(mgmt::watchdog_control::kOffset, 1)
                 .for_ever(),
             {"command 0x4", "its firmware has failed", "catastrophic error 0x80"});
}

TEST_CASE("firmware that writes outside its memory reports where", "[system][firmware]") {
  // The handler stands 4 words behind the store: it writes cause, place and value, then halts.
  FirmwareProgram p;
  p.ready();
  const std::uint32_t handler = kFirmwareRam + 4 * (static_cast<std::uint32_t>(p.words.size()) + 6);
  p.then(rv::lui(6, handler >> 12)).then(rv::addi(6, 6, static_cast<std::int32_t>(handler & 0xfff)));
  p.then(rv::csrrw(0, 0x305, 6));     // mtvec
  p.then(rv::lui(7, 0x20000));        // 0x20000000: nothing is there
  p.then(rv::sw(0, 7, 8));
  p.then(rv::jal(0, 0));
  const auto catas = [](unsigned word) { return static_cast<std::int32_t>(mgmt::catas::kOffset + 4 * word); };
  p.then(rv::csrrs(8, 0x342, 0)).then(rv::sw(8, 10, catas(1)));  // mcause
  p.then(rv::csrrs(8, 0x341, 0)).then(rv::sw(8, 10, catas(2)));  // mepc
  p.then(rv::csrrs(8, 0x343, 0)).then(rv::sw(8, 10, catas(3)));  // mtval
  p.set(mgmt::halt::kOffset, static_cast<std::uint32_t>(mgmt::halt::Code::trap)).for_ever();
  check_ends(p, {"its firmware has failed", "catastrophic error 0x2", "mcause 0x7", "mepc 0x10000020", "mtval 0x20000008"});
}

TEST_CASE("an image that cannot be loaded is an error of the scenario", "[system][firmware]") {
  const TemporaryFolder place;
  const std::string text = (place.path() / "text").string();
  std::ofstream(text) << "hello";
  FirmwareProgram big;
  big.words.resize(40'000);  // 160 KB
  const std::string large = big.save((place.path() / "large.elf").string());
  const auto refused = [](const std::string& image, const std::string& why) {
    CHECK_THROWS_WITH(simulated("qp-create-rate", {{"control", "iss"}, {"path", "native"}},
                                {"esx0.hca0.control.firmware=" + image}),
                      Catch::Contains("esx0.hca0.control.firmware") && Catch::Contains(image) && Catch::Contains(why) &&
                          Catch::Contains("expected an ELF file for rv32im"));
  };
  refused(text, "is no ELF file");
  refused((place.path() / "none").string(), "cannot be read");
  refused(VIOSIM_BINARY, "is no 32-bit ELF file");
  refused(large, "lies outside of RAM");
}
