#include "hca/management_dma.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace viosim::hca {

namespace mgmt = regs::hca_mgmt;

namespace {

constexpr std::uint32_t kMost = 4096;

}  // namespace

std::uint32_t ManagementDma::status() const {
  return mgmt::dma_status::kBusy.at(busy_ ? 1u : 0u) | mgmt::dma_status::kError.at(error_);
}

ManagementDma::Error ManagementDma::refusal(unsigned function) const {
  if (function >= tables_.functions.size()) return Error::function;
  if (length == 0 || length > kMost || length % 4 != 0) return Error::length;
  if (local % 4 != 0 || processor_->memory(local, length).empty()) return Error::local_address;
  return Error::none;
}

void ManagementDma::end(Error error) {
  busy_ = false;
  error_ = error;
  done_(owner_);
}

void ManagementDma::start(std::uint32_t control) {
  if (busy_ || mgmt::dma_control::kGo.of(control) == 0) return;
  const unsigned function = mgmt::dma_control::kFunction.of(control);
  const Error refused = refusal(function);
  if (refused != Error::none) {
    end(refused);
    return;
  }
  const Bdf as = tables_.functions[function].bdf;
  const Iova host(std::uint64_t{host_high} << 32 | host_low);
  const bool to_host = mgmt::dma_control::kDirection.of(control) != 0;
  busy_ = true;
  command_ = commands_.command();
  Op op = commands_.take();
  DmaJob* job;
  if (to_host) {
    Buffer data = Buffer::make(Bytes(length));
    std::ranges::copy(processor_->memory(local, length), data.bytes().begin());
    job = dma_.write(station_, Cause::DmaWrite, as, host, std::move(data), std::move(op));
  } else {
    job = dma_.read(station_, Cause::DmaRead, as, host, Bytes(length));
    job->request.op = std::move(op);
    job->offset = Bytes(local);
  }
  job->owner = this;
  job->then = &ManagementDma::arrived;
  job->generation = generation_;
  dma_.start(job);
}

void ManagementDma::arrived(DmaJob* finished) {
  const std::unique_ptr<DmaJob> job(finished);
  auto& self = *static_cast<ManagementDma*>(job->owner);
  if (job->generation != self.generation_) return;
  const DmaRequest& r = job->request;
  const bool good = !r.is_read || r.status == CplStatus::successful;
  if (r.is_read && good) {
    const auto into = self.processor_->memory(static_cast<std::uint32_t>(job->offset.raw()),
                                              static_cast<std::uint32_t>(r.length.raw()));
    std::ranges::copy(r.data.bytes(), into.begin());
  }
  self.commands_.give_back(std::move(job->request.op), self.command_);
  self.end(good ? Error::none : Error::host);
}

void ManagementDma::message(unsigned function, std::uint64_t address, std::uint32_t data) {
  if (function >= tables_.functions.size()) return;
  Buffer payload = Buffer::make(Bytes(4));
  for (unsigned i = 0; i < 4; ++i) payload.bytes()[i] = static_cast<std::byte>(data >> (8 * i));
  dma_.post(station_, Cause::DmaWrite, tables_.functions[function].bdf, Iova(address), std::move(payload),
            commands_.fork());
}

}  // namespace viosim::hca
