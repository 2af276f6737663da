#include "workload/dma_mapping.h"

#include <stdexcept>
#include <string>

#include "kernel/station.h"

namespace viosim::workload {
namespace {

constexpr Bytes kPage{4096}, kLine{64}, kWord{4};

Bytes pages_of(Bytes bytes) { return kPage * ((bytes.raw() + kPage.raw() - 1) / kPage.raw()); }

}  // namespace

DmaMapping::DmaMapping(const DmaMappingParams& params, DmaMappingEnd end, Driver& driver)
    : params_(params), end_(end), driver_(driver), each_(*params.mapping == "each"),
      access_(*params.direction == "read" ? DmaAccess::from_memory : DmaAccess::to_memory),
      buffers_(static_cast<std::size_t>(params.buffers->raw())) {
  data_.is_read = *params.direction == "read";
  data_.requester = status_.requester = end.requester;
  data_.length = *params.size;
  data_.data = Buffer::make(*params.size);
  status_.is_read = false;
  status_.length = kWord;
  result_.operations = params.iterations->raw();
  result_.payload = *params.size * result_.operations;
}

void DmaMapping::start() {
  const Bytes each = pages_of(*params_.size);
  const Gpa all = end_.core.allocate(each * params_.buffers->raw(), kPage);
  for (std::size_t i = 0; i < buffers_.size(); ++i)
    buffers_[i].at = end_.core.translate(all + each * static_cast<std::int64_t>(i), each);
  // A page of its own: nothing else shall be in reach by its mapping.
  watch_.address = end_.core.translate(end_.core.allocate(kPage, kPage), kPage);
  watch_.length = kWord;
  spawn(run(), "dma-mapping");
  spawn(device(), "dma-mapping device");
}

Task<> DmaMapping::set_up() {
  status_.address = co_await end_.mapper.map(end_.core, watch_.address, kLine, DmaAccess::to_memory);
  if (each_) co_return;
  for (Mapped& b : buffers_) b.address = co_await end_.mapper.map(end_.core, b.at, *params_.size, access_);
}

/// The device's software: the transfer, then the word.
Process DmaMapping::device() {
  for (;;) {
    while (!asked_) co_await viosim::sleep(work_);
    asked_ = false;
    end_.data.submit(data_);
    while (!data_.finished) co_await viosim::sleep(data_.done);
    check();
    status_.op = std::move(data_.op);
    status_.data = Buffer::make(kWord);
    for (std::size_t i = 0; i < 4; ++i) status_.data.bytes()[i] = static_cast<std::byte>(sequence_ >> 8 * i);
    end_.status.submit(status_);
    while (!status_.finished) co_await viosim::sleep(status_.done);
  }
}

void DmaMapping::check() const {
  if (data_.status != CplStatus::successful)
    throw std::runtime_error("the transfer at bus address " + std::to_string(data_.address.raw()) + " was refused");
}

Task<> DmaMapping::transfer(Mapped& buffer) {
  ++sequence_;
  watch_.rearm();
  data_.address = buffer.address;
  data_.op = end_.core.op().fork();
  data_.finished = false;
  asked_ = true;
  work_.notify();
  co_await end_.core.poll(watch_, *params_.look);
}

Process DmaMapping::run() {
  Exec& core = end_.core;
  core.op() = Op{};  // nobody's operation
  co_await set_up();
  core.add_watch(watch_);
  std::size_t next = 0;
  const std::int64_t first = params_.warm_up->raw(), all = first + params_.iterations->raw();
  for (std::int64_t n = 0; n < all; ++n) {
    if (n == first) result_.open_window();
    Mapped& buffer = buffers_[next];
    next = next + 1 == buffers_.size() ? 0 : next + 1;
    const Time begin = now();
    core.op() = Op::open(begin);
    if (each_) buffer.address = co_await end_.mapper.map(core, buffer.at, *params_.size, access_);
    const Time mapped = now();
    co_await transfer(buffer);
    const Time moved = now();
    if (each_) co_await end_.mapper.unmap(core, buffer.address);
    if (n < first) continue;
    mapping_ += mapped - begin;
    unmapping_ += now() - moved;
    ledger().keep_since(begin);
    ledger().close(core.op(), begin, result_.account);
    result_.samples.add((now() - begin).raw());
  }
  result_.close_window();
  core.remove_watch(watch_);
  core.op() = Op{};
  result_.complete = true;
  driver_.done();
}

}  // namespace viosim::workload
