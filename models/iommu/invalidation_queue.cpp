#include "iommu/invalidation_queue.h"

#include <array>
#include <bit>
#include <utility>

#include "iommu/iommu.h"

namespace viosim::iommu {
namespace {

constexpr Bytes kPageSize{4096}, kWord{8}, kStatus{4};

bool any(const Descriptor& d, const Descriptor& reserved) {
  return (d.low & reserved.low) != 0 || (d.high & reserved.high) != 0;
}

}  // namespace

/// One writing of the tail.
struct InvalidationQueue::Submission : Pooled<Submission> {
  Op op;
  std::uint32_t tail;
  Submission* next = nullptr;
};

/// An invalidation at a device.
struct InvalidationQueue::DeviceRequest : AtsInvalidation, Pooled<DeviceRequest> {
  InvalidationQueue* queue;
  AtsFunctionIf* function;
  Duration one_way;
  DeviceRequest* next;
  bool under_way = false;  ///< in the scheduler's queue, not at the device
  bool given_up = false;   ///< nobody waits for it any more

  static void reaches_device(Wakeable* w) {
    auto* self = static_cast<DeviceRequest*>(w);
    self->under_way = false;
    self->function->invalidate(*self);
  }
  static void comes_back(Wakeable* w) {
    auto* self = static_cast<DeviceRequest*>(w);
    self->queue->device_answered(*self);
  }
  void send(void (*arrive)(Wakeable*)) {
    under_way = true;
    fire = arrive;
    drop = [](Wakeable* w) { delete static_cast<DeviceRequest*>(w); };
    scheduler().wake_at(now() + one_way, this);
  }
};

InvalidationQueue::InvalidationQueue(const std::string& path, const IommuParams& params, Iommu& iommu,
                                     MemoryIf& memory)
    : station_(path, 1), path_(path), descriptor_time_(*params.descriptor_time),
      device_time_(*params.device_round_trip), device_timeout_(*params.device_timeout),
      iommu_(iommu), memory_(memory),
      timeout_([](void* self) { static_cast<InvalidationQueue*>(self)->progress_.notify(); }, this) {
  station_.based_on(Cause::InvalidationWait, params.descriptor_time);
  station_.based_on(Cause::InvalidationWait, params.device_round_trip);
}

InvalidationQueue::~InvalidationQueue() {
  while (first_ != nullptr) delete std::exchange(first_, first_->next);
  while (devices_ != nullptr) {
    DeviceRequest* const gone = std::exchange(devices_, devices_->next);
    if (!gone->under_way) delete gone;  // else the scheduler drops it
  }
}

void InvalidationQueue::enable(Hpa base, unsigned order) {
  if (order > 7 || base.offset_in(kPageSize) != Bytes{})
    throw std::invalid_argument(path_ + ": a queue of 1 to 128 whole pages");
  while (first_ != nullptr) delete std::exchange(first_, first_->next);
  last_ = nullptr;
  base_ = base;
  size_ = 4096u << order;
  head_ = tail_ = 0;
  error_ = QueueError::none;
  ++generation_;
  if (!running_) spawn(run(), path_.c_str());
  running_ = true;
}

void InvalidationQueue::write_tail(std::uint32_t tail, Op op) {
  if (!enabled()) return;  // the register is read-only then
  if (tail >= size_ || tail % 16 != 0) {
    stop(QueueError::bad_tail);
    return;
  }
  auto* submission = new Submission;
  submission->op = std::move(op);
  submission->tail = tail;
  (first_ == nullptr ? first_ : last_->next) = submission;
  last_ = submission;
  tail_ = tail;
  work_.notify();
}

void InvalidationQueue::clear_error() {
  error_ = QueueError::none;
  work_.notify();
}

void InvalidationQueue::stop(QueueError why) {
  error_ = why;
  progress_.notify();
}

Op& InvalidationQueue::op() { return first_ != nullptr ? first_->op : nobody_; }

Process InvalidationQueue::run() {
  for (;;) {
    while (head_ == tail_ || error_ != QueueError::none) co_await viosim::sleep(work_);
    const std::uint64_t generation = generation_;
    const Hpa at = base_ + Bytes(head_);
    if (!memory_.contains(at, kDescriptorSize)) {
      stop(QueueError::no_memory);
      continue;
    }
    if (op().traced() && op().last() < now())
      station_.charge_past(op(), Cause::InvalidationWait, SpanKind::queued, op().last());
    Op background;
    const Duration fetch = memory_.walker_read(background, at, kDescriptorSize, now()) - now();
    co_await station_.hold(op(), Cause::InvalidationWait, fetch + descriptor_time_);
    if (generation != generation_) continue;
    const Descriptor d{read_word(memory_, at), read_word(memory_, at + kWord)};
    QueueError error = apply(d);
    if (error == QueueError::none && type_of(d) == static_cast<unsigned>(DescriptorType::wait)) {
      co_await settle(d);
      if (generation != generation_) continue;
      error = error_;
    }
    if (error != QueueError::none) {
      stop(error);
      continue;
    }
    head_ = (head_ + 16) % size_;
    if (first_ != nullptr && head_ == first_->tail) {
      delete std::exchange(first_, first_->next);
      if (first_ == nullptr) last_ = nullptr;
    }
  }
}

Task<> InvalidationQueue::settle(Descriptor d) {
  const std::uint64_t generation = generation_;
  const Time since = now();
  while (at_devices_ > 0 && device_deadline_ > now()) co_await viosim::sleep(progress_);
  // Behind the devices' answers: what they wrote before is here.
  if (at_devices_ == 0 && std::exchange(drain_, false)) {
    iommu_.close_epoch();
    while (!iommu_.epoch_drained()) co_await viosim::sleep(progress_);
  }
  if (generation != generation_) co_return;
  station_.charge_past(op(), Cause::InvalidationWait, SpanKind::blocked, since);
  if (at_devices_ > 0) {
    at_devices_ = 0;
    for (DeviceRequest* r = devices_; r != nullptr; r = r->next) r->given_up = true;
    stop(QueueError::device_timeout);
    co_return;
  }
  const Hpa at(d.high);
  if ((d.low >> 5 & 1) == 0 || !memory_.contains(at, kStatus)) co_return;
  Hold written;
  written.until = memory_.device_write(op(), at, kStatus, now());
  co_await written;
  if (generation != generation_) co_return;
  std::array<std::byte, 4> status{};
  for (std::size_t i = 0; i < status.size(); ++i) status[i] = static_cast<std::byte>(d.low >> (32 + 8 * i));
  memory_.write(at, status, &op());
}

QueueError InvalidationQueue::apply(const Descriptor& d) {
  const Granularity granularity = granularity_of(d);
  switch (static_cast<DescriptorType>(type_of(d))) {
    case DescriptorType::context:
      if (any(d, kContextReserved) || (d.low >> 4 & 3) == 0) return QueueError::reserved_field;
      if (granularity == Granularity::global) iommu_.forget_contexts();
      else if (granularity == Granularity::domain) iommu_.forget_contexts(domain_of(d));
      else iommu_.forget_context(source_of(d));
      drain_ = true;
      return QueueError::none;
    case DescriptorType::iotlb: {
      const auto mask = static_cast<unsigned>(d.high & 0x3F);
      if (any(d, kIotlbReserved) || (d.low >> 4 & 3) == 0 || mask > kMostMask) return QueueError::reserved_field;
      const Bytes range(std::int64_t{4096} << mask);
      if (granularity == Granularity::global) iommu_.forget_all();
      else if (granularity == Granularity::domain) iommu_.invalidate(domain_of(d));
      else iommu_.invalidate(domain_of(d), Iova(d.high).align_down(range), range);
      drain_ = true;
      return QueueError::none;
    }
    case DescriptorType::device_tlb:
      drain_ = true;
      return any(d, kDeviceTlbReserved) ? QueueError::reserved_field : send_to_device(d);
    case DescriptorType::interrupt_entry: {
      if (any(d, kInterruptEntryReserved)) return QueueError::reserved_field;
      const auto first = static_cast<std::uint32_t>(d.low >> 32 & 0xFFFF);
      const std::uint64_t many = std::uint64_t{1} << (d.low >> 27 & 0x1F);
      if ((d.low >> 4 & 1) == 0) iommu_.interrupts().forget(0, ~std::uint64_t{0});
      else iommu_.interrupts().forget(first & ~(many - 1), many);
      return QueueError::none;
    }
    case DescriptorType::wait:
      return any(d, kWaitReserved) ? QueueError::reserved_field : QueueError::none;
  }
  return QueueError::bad_type;
}

QueueError InvalidationQueue::send_to_device(const Descriptor& d) {
  const unsigned order = (d.high & 1) == 0 ? 0 : static_cast<unsigned>(std::countr_one(d.high >> 12)) + 1;
  AtsFunctionIf* const function = iommu_.ats_function(source_of(d));
  auto* request = new DeviceRequest;
  request->size = Bytes(order < 51 ? std::int64_t{4096} << order : INT64_MAX);
  request->address = order < 51 ? Iova(d.high).align_down(request->size) : Iova{};
  request->queue = this;
  request->function = function;
  request->next = std::exchange(devices_, request);
  request->completed = [](AtsInvalidation* r) {
    static_cast<DeviceRequest*>(r)->send(&DeviceRequest::comes_back);
  };
  if (at_devices_++ == 0) device_deadline_ = now() + device_timeout_;
  timeout_.arm(device_deadline_);
  if (function == nullptr) return QueueError::none;  // nobody will answer
  request->one_way = Duration(device_time_.raw() / 2);
  request->send(&DeviceRequest::reaches_device);
  return QueueError::none;
}

void InvalidationQueue::device_answered(DeviceRequest& request) {
  DeviceRequest** link = &devices_;
  while (*link != &request) link = &(*link)->next;
  *link = request.next;
  if (!request.given_up && --at_devices_ == 0) {
    timeout_.cancel();
    progress_.notify();
  }
  delete &request;
}

}  // namespace viosim::iommu
