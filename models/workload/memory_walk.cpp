#include "workload/memory_walk.h"

#include <array>
#include <stdexcept>
#include <string>

namespace viosim::workload {
namespace {

constexpr Bytes kLine{64};

}  // namespace

MemoryWalk::MemoryWalk(const MemoryWalkParams& params, VirtualMemoryIf& memory, std::uint64_t seed, Driver& driver)
    : params_(params), memory_(memory), driver_(driver), random_(seed, "memory-walk"),
      is_random_(*params.pattern == "random"), lines_(*params.working_set / kLine) {
  if (*params.working_set % kLine != Bytes{})
    throw std::invalid_argument("working_set: expected a multiple of 64 B");
  result_.operations = params.iterations->raw();
  result_.payload = Bytes(static_cast<std::int64_t>(sizeof(std::uint64_t))) * result_.operations;
}

void MemoryWalk::start() {
  base_ = memory_.reserve(*params_.working_set, *params_.page);
  spawn(run(), "memory-walk");
}

Gva MemoryWalk::next() {
  line_ = is_random_ ? random_.between(0, lines_ - 1) : (line_ + 1) % lines_;
  return base_ + kLine * line_;
}

void MemoryWalk::check(Gva at, PageFault fault) const {
  if (fault != PageFault::none)
    throw std::runtime_error("memory-walk: page fault " + std::to_string(static_cast<int>(fault)) + " at " +
                             std::to_string(at.raw()));
}

Process MemoryWalk::run() {
  Exec& exec = memory_.exec();
  std::array<std::byte, 8> word;
  PageFault fault = PageFault::none;
  exec.op() = Op{};  // nobody's operation: every page once, then as it will go on
  for (Bytes at; at < *params_.working_set; at += *params_.page) {
    co_await memory_.load(base_ + at, word, fault);
    check(base_ + at, fault);
  }
  for (std::int64_t n = params_.warm_up->raw(); n > 0; --n) {
    const Gva at = next();
    co_await memory_.load(at, word, fault);
    check(at, fault);
  }
  result_.open_window();
  const std::int64_t interval = params_.update_interval->raw();
  for (std::int64_t n = 1; n <= params_.iterations->raw(); ++n) {
    const Time begin = now();
    exec.op() = Op::open(begin);
    const Gva at = next();
    if (interval > 0 && n % interval == 0) co_await memory_.remap(at);
    co_await exec.execute(*params_.loop);
    co_await memory_.load(at, word, fault);
    check(at, fault);
    ledger().keep_since(begin);
    ledger().close(exec.op(), begin, result_.account);
    result_.samples.add((now() - begin).raw());
  }
  result_.close_window();
  exec.op() = Op{};
  result_.complete = true;
  driver_.done();
}

}  // namespace viosim::workload
