#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "support/temporary_folder.h"
#include "platform/writer.h"

using namespace viosim;
using namespace viosim::platform;

namespace {

void write_result(const std::filesystem::path& target, const std::string& text) {
  ResultFolder folder(target);
  folder.add("result.json", text);
  folder.add("manifest.json", "{}");
  folder.commit();
}

}  // namespace

TEST_CASE("A folder of results appears whole, and its predecessor is replaced whole", "[platform][unit]") {
  const test::TemporaryFolder place;
  const auto target = place.path() / "deep/er/out";
  write_result(target, "one");
  CHECK(read_file(target / "result.json") == "one");
  std::ofstream(target / "ledger.csv") << "old";
  write_result(target, "two");
  CHECK(read_file(target / "result.json") == "two");
  CHECK_FALSE(std::filesystem::exists(target / "ledger.csv"));
  CHECK(place.count("deep/er") == 1);
}

TEST_CASE("What is not committed leaves nothing behind", "[platform][unit]") {
  const test::TemporaryFolder place;
  {
    ResultFolder folder(place.path() / "out");
    folder.add("result.json", "half");
    CHECK(place.count() == 1);
  }
  CHECK(place.count() == 0);
}

TEST_CASE("A folder that viosim has not written is refused", "[platform][unit]") {
  const test::TemporaryFolder place;
  const auto target = place.path() / "out";
  std::filesystem::create_directory(target);
  CHECK_NOTHROW(ResultFolder::check(target));
  std::ofstream(target / "ledger.csv") << "x";
  CHECK_THROWS_WITH(ResultFolder::check(target), Catch::Contains("no manifest.json"));
  std::ofstream(target / "manifest.json") << "{}";
  CHECK_NOTHROW(ResultFolder::check(target));
  std::ofstream(target / "thesis.tex") << "x";
  CHECK_THROWS_WITH(ResultFolder::check(target), Catch::Contains("thesis.tex") && Catch::Contains("--out"));
  CHECK_THROWS_WITH(ResultFolder::check(target / "manifest.json"), Catch::Contains("no folder"));
  CHECK_THROWS_WITH(ResultFolder::check("/"), Catch::Contains("root"));
}

TEST_CASE("A full device is an error that names the file and the cure", "[platform][unit]") {
  CHECK_THROWS_WITH(write_file("/dev/full", "x"), Catch::Contains("/dev/full") && Catch::Contains("No space left") &&
                                                      Catch::Contains("--out"));
}

TEST_CASE("A disk that fills up leaves the older result as it was and nothing else", "[platform][unit]") {
  const test::TemporaryFolder place;
  const auto target = place.path() / "out";
  write_result(target, "old");
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &small);
    try {
      write_result(target, std::string(5000, 'x'));
    } catch (const OutputError& e) {
      ::_exit(std::string(e.what()).find("result.json") != std::string::npos ? 2 : 9);
    }
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 2);
  CHECK(read_file(target / "result.json") == "old");
  CHECK(place.count() == 1);
}
