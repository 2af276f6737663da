// The invalidation queue: a ring of descriptors in memory that software fills and the IOMMU works off in order.
// Models: context, IOTLB, device-TLB and interrupt-entry invalidation, wait descriptors with status write; errors
// that stop the queue until software clears them (IQE, ITE). A wait descriptor's status is written when the requests
// that were translated before have reached memory and the devices have answered.
// Not modelled: completion interrupts (IF is ignored), fences (all is in order), registers as addresses.
// Causes (site <iommu>.queue, one server), on the account that came with the tail:
//   InvalidationWait = for each descriptor its fetch (16 bytes of memory) + descriptor_time; the drain; devices'
//                      answers; before that, the line behind earlier submissions
#pragma once
#include <cstdint>
#include <string>

#include "iommu/iommu_params.h"
#include "iommu/queue_abi.h"
#include "kernel/station.h"
#include "protocols/mem.h"
#include "protocols/translation.h"

namespace viosim::iommu {

class Iommu;

/// Why the queue stands (fault status IQE with its information, or ITE).
enum class QueueError : std::uint8_t {
  none, bad_tail, no_memory, bad_type, reserved_field, device_timeout,
};

class InvalidationQueue {
 public:
  InvalidationQueue(const std::string& path, const IommuParams& params, Iommu& iommu, MemoryIf& memory);
  InvalidationQueue(const InvalidationQueue&) = delete;
  InvalidationQueue& operator=(const InvalidationQueue&) = delete;
  ~InvalidationQueue();

  /// The queue is 2^order pages at `base`; head and tail go to 0. What was queued is forgotten.
  void enable(Hpa base, unsigned order);
  bool enabled() const { return size_ > 0; }
  /// Software's tail (bytes from the base). `op`: the account of who submits; a wait descriptor hands it back to who
  /// polls its status.
  void write_tail(std::uint32_t tail, Op op);
  std::uint32_t head() const { return head_; }
  std::uint32_t size() const { return size_; }
  QueueError error() const { return error_; }
  /// Goes on, at the head: the descriptor that is to blame has been mended.
  void clear_error();

  /// For the IOMMU: what began before the last wait descriptor has reached memory.
  void drained() { progress_.notify(); }

 private:
  struct Submission;
  struct DeviceRequest;
  Process run();
  Task<> settle(Descriptor d);  // a wait descriptor
  QueueError apply(const Descriptor& d);
  QueueError send_to_device(const Descriptor& d);
  void device_answered(DeviceRequest& request);
  Op& op();
  void stop(QueueError why);

  Station station_;
  const std::string path_;
  const Duration descriptor_time_, device_time_, device_timeout_;
  Iommu& iommu_;
  MemoryIf& memory_;
  Hpa base_;
  std::uint32_t size_ = 0, head_ = 0, tail_ = 0;
  QueueError error_ = QueueError::none;
  bool running_ = false, drain_ = false;
  Submission* first_ = nullptr;  ///< not yet worked off
  Submission* last_ = nullptr;
  Op nobody_;
  std::uint64_t generation_ = 0;  ///< of `enable`
  unsigned at_devices_ = 0;       ///< device requests without an answer
  DeviceRequest* devices_ = nullptr;
  Time device_deadline_;
  Event work_, progress_;
  Timer timeout_;
};

}  // namespace viosim::iommu
