// What the program says and how it ends when its user errs.
#include <catch2/catch.hpp>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>

#include "support/temporary_folder.h"

using namespace viosim;

namespace {

struct Outcome {
  int code;
  std::string text;  ///< of both streams
};

/// The binary in a folder of its own.
class Shell {
 public:
  Outcome operator()(const std::string& arguments) const {
    const std::string command = "cd '" + place.path().string() + "' && '" VIOSIM_BINARY "' " + arguments + " 2>&1";
    FILE* const pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 4096> part{};
    for (std::size_t n = 0; (n = std::fread(part.data(), 1, part.size(), pipe)) > 0;) text.append(part.data(), n);
    const int status = ::pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text};
  }
  viosim::test::TemporaryFolder place;
};

/// `viosim run rdma-write-latency`, all paths at one size, with these overrides ends with `code`, says all of
/// `words`, leaves nothing.
void check_refused(const std::vector<std::string>& overrides, const std::vector<std::string>& words, int code = 2) {
  const Shell shell;
  std::string arguments = "run rdma-write-latency --at 'size=2 B' --quiet --out results";
  for (const std::string& text : overrides) arguments += " -p '" + text + "'";
  const Outcome end = shell(arguments);
  INFO(arguments);
  CHECK(end.code == code);
  for (const std::string& word : words) CHECK_THAT(end.text, Catch::Contains(word));
  CHECK(shell.place.count() == 0);
}

/// The same for a whole command line.
void check_usage(const std::string& arguments, const std::vector<std::string>& words) {
  const Shell shell;
  const Outcome end = shell(arguments);
  INFO(arguments);
  CHECK(end.code == 2);
  for (const std::string& word : words) CHECK_THAT(end.text, Catch::Contains(word));
  CHECK(shell.place.count() == 0);
}

}  // namespace

TEST_CASE("A good run ends with 0 and leaves its folder", "[system][unit]") {
  const Shell shell;
  const Outcome end = shell("run rdma-write-latency --quiet --out results -p 'workload.iterations=10'");
  CHECK(end.code == 0);
  CHECK(shell.place.count() == 1);
  CHECK(shell.place.count("results") >= 5);
}

TEST_CASE("Unknown names are refused with the nearest known one", "[system][unit]") {
  check_usage("run rdma-write-latenzy", {"rdma-write-latenzy", "did you mean \"rdma-write-latency\""});
  check_usage("rum rdma-write-latency", {"unknown command 'rum'", "did you mean \"run\""});
  check_usage("describe PageWlk", {"did you mean \"PageWalk\""});
  check_usage("sensitivity rdma-write-latency --at path=vdrma", {"did you mean \"vrdma\""});
  check_refused({"esx0.hca0.tx_pipline=5 ns"}, {"<command line>:1:1", "unknown key", "did you mean \"tx_pipeline\""});
  check_refused({"esx0.hca1.tx_pipeline=5 ns"}, {"esx0.hca1", "did you mean \"hca0\""});
  check_refused({"esx0.vm0.rdma0.kind=vdrma"}, {"esx0.vm0.rdma0.kind", "vrdma"});
}

TEST_CASE("Wrong units and dimensions are refused with the right ones", "[system][unit]") {
  check_refused({"switch0.transit=5 cycles"}, {"switch0.transit", "number of cycles, not a duration", "\"5 ns\""});
  check_refused({"switch0.transit=5"}, {"switch0.transit", "expected a duration"});
  check_refused({"esx0.frequency=2 Gb/s"}, {"esx0.frequency", "expected"});
  check_refused({"esx0.hca0.qp_cache=many"}, {"esx0.hca0.qp_cache", "expected"});
}

TEST_CASE("The column says which override is wrong", "[system][unit]") {
  check_refused({"switch0.transit=5 ns", "esx0.frequency=0 GHz"}, {"<command line>:1:2: esx0.frequency"});
}

TEST_CASE("Absurd values are refused", "[system][unit]") {
  check_refused({"link0.signalling=0 Gb/s"}, {"link0.signalling", "too small"});
  check_refused({"esx0.dram_bandwidth=0 Gb/s"}, {"esx0.dram_bandwidth", "too small"});
  check_refused({"workload.size=9223372036854775808 B"}, {"workload.size", "too large: 2^63 B or more"});
  check_refused({"workload.size=0 B"}, {"workload.size", "too small"});
  check_refused({"workload.iterations=0"}, {"workload.iterations", "too small"});
  check_refused({"switch0.transit=-1 ns"}, {"switch0.transit"});
  check_refused({"esx0.vm0.page=3 KB"}, {"esx0.vm0.page", "expected 4 KB to 1 GB"});
  check_refused({"esx0.vm0.page=1 MB"}, {"guest memory", "4 KB, 2 MB or 1 GB"});
}

TEST_CASE("What a standard does not have is refused with what it has", "[system][unit]") {
  for (const char* lanes : {"0", "3", "24", "64"})
    check_refused({std::string("esx0.pcie0.lanes=") + lanes},
                  {"<command line>:1:1: esx0.pcie0.lanes", "does not exist", "one of 1, 2, 4, 8, 12, 16, 32"});
  for (const char* key : {"max_payload", "max_read_request"})
    for (const char* size : {"0 B", "64 B", "384 B", "8 KB"})
      check_refused({std::string("esx0.endpoint0.") + key + "=" + size}, {key, "one of 128 B, 256 B, 512 B"});
  check_refused({"esx0.root_complex0.completion_unit=96 B"}, {"completion_unit", "one of 64 B, 128 B"});
  for (const char* mtu : {"0 B", "3000 B", "128 B", "8 KB"})
    check_refused({std::string("workload.mtu=") + mtu}, {"workload.mtu", "one of 256 B, 512 B, 1 KB, 2 KB, 4 KB"});
  check_refused({"esx0.hca0.blueflame=100 B"}, {"esx0.hca0.blueflame", "one of 0 B, 64 B"});
}

TEST_CASE("Nothing of something is refused", "[system][unit]") {
  check_refused({"esx0.hca0.message_interval=0 ns"}, {"esx0.hca0.message_interval", "at least 1 ps"});
  for (const char* depth : {"workload.tx_depth", "workload.rx_depth", "workload.cq_moderation",
                            "esx0.hca0.send_window", "esx0.hca0.wqe_buffer", "esx0.hca0.gather_reads",
                            "esx0.hca0.qp_cache", "esx0.hca0.cache_ways", "esx0.endpoint0.tags",
                            "esx0.pcie0.ack_interval"})
    check_refused({std::string(depth) + "=0"}, {depth, "too small"});
  for (const char* size : {"esx0.hca0.datapath_width", "esx0.endpoint0.completion_buffer", "link0.receive_buffer",
                           "esx0.llc_size", "esx0.private_cache_size", "esx0.vm0.memory"})
    check_refused({std::string(size) + "=0 B"}, {size, "too small"});
}

TEST_CASE("Caches are made of whole sets", "[system][unit]") {
  check_refused({"esx0.hca0.cache_ways=3"}, {"two-hosts-2010.toml:", "esx0: qp_cache", "multiple of cache_ways, 3"});
  check_refused({"esx0.hca0.mtt_cache=1004"}, {"mtt_cache", "multiple of 8"});
  check_refused({"esx0.hca0.mtt_cache=1032"}, {"mtt_cache", "129 entries", "multiple of cache_ways, 4"});
  check_refused({"esx0.llc_ways=7"}, {"two-hosts-2010.toml:", "esx0", "llc_size", "multiple of llc_ways"});
  check_refused({"esx1.private_cache_size=1000 B"}, {"esx1", "private_cache_size", "of 512 B"});
  check_refused({"esx0.ddio_ways=17"}, {"ddio_ways", "more than llc_ways"});
}

TEST_CASE("A link is what its two ends train to", "[system][unit]") {
  check_refused({"esx0.endpoint0.generation=1"},
                {"pcie-gen2-x8.toml:", "esx0.pcie0.generation", "root_complex0 speaks up to 2", "endpoint0 up to 1"});
  check_refused({"esx0.root_complex0.generation=3", "esx0.endpoint0.generation=3"}, {"pcie0.generation", "is 2"});
  check_refused({"esx0.pcie0.generation=3"}, {"<command line>:1:1: esx0.pcie0.generation", "the lower of the two"});
  check_refused({"esx0.root_complex0.completion_unit=512 B"},
                {"<command line>:1:1: esx0.root_complex0.completion_unit", "max_payload", "at most 256 B"});
  const Shell shell;  // a device that could do more than its port trains down to it
  CHECK(shell("run rdma-write-latency --at 'size=2 B' --quiet --out results -p workload.iterations=10"
              " -p esx0.endpoint0.generation=3").code == 0);
}

TEST_CASE("A buffer that the largest packet does not fit is refused", "[system][unit]") {
  check_refused({"esx0.root_complex0.posted_data=15"}, {"esx0.root_complex0.posted_data", "256 B", "at least 16"});
  check_refused({"esx1.endpoint0.posted_data=3"}, {"esx1.endpoint0.posted_data", "64 B", "at least 4"});
  check_refused({"esx0.endpoint0.completion_data=3"}, {"esx0.endpoint0.completion_data", "at least"});
  check_refused({"link0.receive_buffer=1 KB"}, {"link0.receive_buffer", "mtu", "at least"});
}

TEST_CASE("Values that do not go together are the scenario's fault", "[system][unit]") {
  check_refused({"esx0.vm0.use_apicv=true"}, {"<command line>:1:1: esx0.vm0.use_apicv", "no such capability"});
  check_refused({"esx1.vm0.use_posted_interrupts=true"}, {"esx1.vm0.use_posted_interrupts", "no such capability"});
  check_refused({"esx0.vm0.memory=3 MB"}, {"two-hosts-2010.toml:", "esx0", "multiple of 2 MB"});
  check_refused({"link0.fault_drop=2.0"}, {"two-hosts-2010.toml:", "link0", "probabilities"});
  check_refused({"switch0.ports=1"}, {"two-hosts-2010.toml:", "switch0", "2 cables and 1 ports"});
  check_refused({"switch0.forwarding_entries=1"}, {"two-hosts-2010.toml:", "switch0"});
  check_refused({"link0.signalling=1 b/s"}, {"two-hosts-2010.toml:", "link0"});
  check_refused({"workload.completion=event"}, {"rdma-write-latency.toml:", "workload", "no completion events"});
  check_refused({"workload.mtu=3000 B"}, {"<command line>:1:1: workload.mtu", "one of 256 B, 512 B"});
}

TEST_CASE("Overrides need a path that is there and a value", "[system][unit]") {
  check_refused({"nowhere.at.all=1"}, {"nowhere", "there is no such instance"});
  check_refused({"switch0"}, {"gives no value"});
  check_refused({"esx0=1"}, {"esx0"});
}

TEST_CASE("A simulation that fails ends with 3 and leaves no folder", "[system][unit]") {
  check_refused({"link0.fault_drop=1.0", "workload.iterations=1"}, {"transport retries exceeded"}, 3);
}

TEST_CASE("Output that cannot be written is refused before the simulation", "[system][unit]") {
  const Shell shell;
  std::ofstream(shell.place.path() / "taken") << "mine";
  for (const char* out : {"taken/results", "taken"}) {
    INFO(out);
    const Outcome end = shell(std::string("run rdma-write-latency --quiet --out ") + out);
    CHECK(end.code == 2);
    CHECK_THAT(end.text, Catch::Contains("taken"));
    CHECK(shell.place.count() == 1);
  }
  std::ifstream in(shell.place.path() / "taken");
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == "mine");
}

TEST_CASE("Options are checked", "[system][unit]") {
  check_usage("", {"usage"});
  check_usage("run", {"RUN"});
  check_usage("run rdma-write-latency --jobs 0", {"--jobs"});
  check_usage("run rdma-write-latency --sed 1", {"did you mean \"--seed\""});
  check_usage("run rdma-write-latency --scenarios ./nowhere", {"there is no folder of scenarios"});
  check_usage("validate perftest-native -p 'switch0.transit=5 ns'", {"takes no overrides"});
  check_usage("validate nothing", {"nothing"});
}

TEST_CASE("Translations that cannot be are refused", "[system][mmu][unit]") {
  const std::string run = "run two-d-walk --quiet --out results --at 'working_set=64 KB' -p ";
  check_usage(run + "esx0.mmu0.stlb_ways=7", {"esx0.mmu0", "stlb_entries", "stlb_ways"});
  check_usage(run + "'workload.working_set=100 B'", {"workload", "working_set", "64 B"});
  check_usage(run + "'workload.page=8 KB'", {"workload.page", "4 KB"});
  check_usage(run + "'esx0.vm0.memory=1 GB'", {"workload", "bytes left"});
  check_usage(run + "'esx0.node_memory=1 GB'", {"bytes left", "node_memory"});
  check_usage(run + "esx0.paging.mode=npt", {"esx0.paging.mode", "native"});
  check_usage(run + "esx0.mmu0.physical_bits=60", {"esx0.mmu0.physical_bits", "52"});
}
