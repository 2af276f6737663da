// The VMCI device as its guests see it: registers, datagrams, hypercalls, queue pairs. Little endian.
// Source: Linux, drivers/misc/vmw_vmci and include/linux/vmw_vmci_defs.h.
#pragma once
#include <cstddef>
#include <cstdint>

namespace viosim::vmci_abi {

// Registers, offsets from the port base. Four bytes each; DATA_OUT takes strings of any length.
inline constexpr std::uint16_t kStatus = 0x00, kControl = 0x04, kIcr = 0x08, kImr = 0x0c, kDataOut = 0x10,
                               kDataIn = 0x14, kCaps = 0x18, kResultLow = 0x1c, kResultHigh = 0x20, kPorts = 0x24;
inline constexpr std::uint32_t kControlReset = 1u << 0, kControlIntEnable = 1u << 1, kControlIntDisable = 1u << 2;
inline constexpr std::uint32_t kCapsHypercall = 1u << 0, kCapsDatagram = 1u << 2, kCapsNotifications = 1u << 3;
inline constexpr std::uint32_t kInterruptDatagram = 1u << 0, kInterruptNotification = 1u << 1;

/// Interrupt vectors, relative to the device's first.
inline constexpr unsigned kDatagramVector = 0, kNotificationVector = 1;

inline constexpr std::uint32_t kHypervisorContext = 0, kInvalidId = ~0u, kFirstGuestContext = 16;

struct Handle {
  std::uint32_t context, resource;
  bool operator==(const Handle&) const = default;
};
inline constexpr Handle kAnonymous{kInvalidId, kInvalidId};

struct DatagramHeader {
  Handle dst, src;
  std::uint64_t payload_size;
};
static_assert(sizeof(DatagramHeader) == 24);
/// Largest datagram with its header.
inline constexpr std::size_t kMaxDatagram = 17 * 4096;

// Hypercalls: resources of the hypervisor's context.
enum class Hypercall : std::uint32_t {
  resources_query = 0, get_context_id = 1, set_notify_bitmap = 2, doorbell_link = 3, doorbell_unlink = 4,
  doorbell_notify = 5, queue_pair_alloc = 10, queue_pair_detach = 11,
};
/// Resource numbers below are the hypercalls' own.
inline constexpr std::uint32_t kReservedResources = 1024;

struct SetNotifyBitmap { std::uint64_t page; };                 ///< page number (address / 4096)
struct DoorbellLink { Handle handle; std::uint64_t notify_index; };
struct DoorbellNotify { Handle handle; };
/// Followed by `pages` page numbers of four bytes: produce header, produce data, consume header, consume data.
struct QueuePairAlloc {
  Handle handle;
  std::uint32_t peer, flags;
  std::uint64_t produce_size, consume_size, pages;
};
struct QueuePairDetach { Handle handle; };
static_assert(sizeof(SetNotifyBitmap) == 8 && sizeof(DoorbellLink) == 16 && sizeof(DoorbellNotify) == 8);
static_assert(sizeof(QueuePairAlloc) == 40 && sizeof(QueuePairDetach) == 8);

/// One byte a doorbell in the notification bitmap's page.
inline constexpr std::size_t kMaxDoorbells = 4096, kPage = 4096;
/// All queue pairs of a device together.
inline constexpr std::uint64_t kMaxQueuePairMemory = 128ull << 20;

/// First page of a queue. Each side writes the header of the queue that it produces into, and nothing else:
/// its tail there and its head in the other queue. Offsets in bytes, inside [0, size).
struct QueueHeader {
  Handle handle;
  std::uint64_t producer_tail, consumer_head;
};
static_assert(sizeof(QueueHeader) == 24);
inline constexpr std::size_t kProducerTail = 8, kConsumerHead = 16;

// Results (RESULT_LOW, signed).
inline constexpr std::int32_t kSuccess = 0, kInvalidResource = -1, kInvalidArgs = -2, kNoMemory = -3,
                              kNoAccess = -7, kNoHandle = -8, kDuplicate = -9, kUnreachable = -10,
                              kPayloadTooLarge = -11, kNoResources = -19, kUnavailable = -20, kNotFound = -21,
                              kInvalidSize = -24;

}  // namespace viosim::vmci_abi
