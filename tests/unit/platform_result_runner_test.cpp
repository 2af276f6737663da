#include <catch2/catch.hpp>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "platform/runner.h"
#include "platform/runner_errors.h"
#include "platform/runner_progress.h"

using namespace viosim::platform;

namespace {

int code_of(const std::vector<Job>& jobs, const RunnerOptions& options, std::string& text) {
  try {
    run_jobs(jobs, options);
  } catch (const JobError& e) {
    text = e.what();
    return e.exit_code();
  }
  return kExitGood;
}

}  // namespace

TEST_CASE("Results come back in the order of the jobs, whatever ends first", "[platform][unit]") {
  std::vector<Job> jobs;
  for (int i = 0; i < 6; ++i)
    jobs.push_back({"job", [i] {
                      ::usleep(static_cast<useconds_t>((6 - i) * 10'000));
                      return std::string(static_cast<std::size_t>(i) * 100'000, static_cast<char>('a' + i));
                    }});
  for (const int at_once : {1, 3, 16}) {
    const std::vector<std::string> results = run_jobs(jobs, {at_once, {}, false});
    REQUIRE(results.size() == jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) CHECK(results[i] == jobs[i].work());
  }
}

TEST_CASE("No more jobs run at once than allowed", "[platform][unit]") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  std::vector<Job> jobs(5, {"job", [&] {
                              REQUIRE(::write(ends[1], "+", 1) == 1);
                              ::usleep(20'000);
                              REQUIRE(::write(ends[1], "-", 1) == 1);
                              return std::string();
                            }});
  run_jobs(jobs, {2, {}, false});
  char log[10];
  REQUIRE(::read(ends[0], log, sizeof log) == 10);
  int now = 0, most = 0;
  for (const char c : log) most = std::max(most, now += c == '+' ? 1 : -1);
  CHECK(most == 2);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("A failing job names itself and gives its exit code", "[platform][unit]") {
  std::string text;
  CHECK(code_of({{"size=2 B", []() -> std::string { throw JobError(kExitScenario, "wrong key"); }}}, {}, text) == 2);
  CHECK(text == "size=2 B: wrong key");
  CHECK(code_of({{"size=2 B", []() -> std::string { throw std::runtime_error("deadlock"); }}}, {}, text) == 3);
  CHECK(text == "size=2 B: deadlock");
  CHECK(code_of({{"size=4 B", []() -> std::string { ::_exit(0); }}}, {}, text) == 3);
  CHECK(text == "size=4 B: the simulation ended without a result");
}

TEST_CASE("A job killed by a signal is an error of the simulation that names the signal", "[platform][unit]") {
  std::string text;
  const Job crash{"path=vrdma", []() -> std::string {
                    std::signal(SIGSEGV, SIG_DFL);
                    std::raise(SIGSEGV);
                    return "";
                  }};
  CHECK(code_of({crash}, {}, text) == 3);
  CHECK_THAT(text, Catch::Contains("path=vrdma") && Catch::Contains("signal 11"));
}

TEST_CASE("The time limit ends a job with its own exit code", "[platform][unit]") {
  std::string text;
  const Job slow{"slow", [] {
                   ::sleep(60);
                   return std::string();
                 }};
  CHECK(code_of({slow}, {1, std::chrono::seconds(1), false}, text) == 4);
  CHECK_THAT(text, Catch::Contains("slow") && Catch::Contains("--time-limit"));
}

TEST_CASE("The first failure ends the jobs that still run", "[platform][unit]") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const Job sleeper{"sleeper", [&] {
                      const pid_t self = ::getpid();
                      REQUIRE(::write(ends[1], &self, sizeof self) == sizeof self);
                      ::sleep(60);
                      return std::string();
                    }};
  const Job failing{"failing", []() -> std::string {
                      ::usleep(100'000);
                      throw std::runtime_error("no");
                    }};
  std::string text;
  CHECK(code_of({sleeper, failing}, {2, {}, false}, text) == 3);
  pid_t child = 0;
  REQUIRE(::read(ends[0], &child, sizeof child) == sizeof child);
  CHECK(::kill(child, 0) == -1);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("An interrupt ends the children and says so by its code", "[platform][unit]") {
  for (const int number : {SIGINT, SIGTERM}) {
    const pid_t self = ::getpid();
    const Job job{"job", [=] {
                    ::usleep(50'000);
                    ::kill(self, number);
                    ::sleep(60);
                    return std::string();
                  }};
    int code = 0;
    try {
      run_jobs({job}, {});
    } catch (const Interrupted& e) {
      code = e.exit_code();
    }
    CHECK(code == 128 + number);
  }
}

TEST_CASE("The progress line tells what runs and how long it may take", "[platform][unit]") {
  using namespace std::chrono_literals;
  CHECK(progress_text(0, 70, 0ms, "size=2 B", 80) == "[0/70] size=2 B");
  CHECK(progress_text(35, 70, 4000ms, "size=2 B", 80) == "[35/70] size=2 B, 4 s left");
  CHECK(progress_text(0, 70, 0ms, "size=2 B", 10) == "[0/70] siz");
}
