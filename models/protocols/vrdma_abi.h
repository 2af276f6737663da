// vRDMA over VMCI: what the guest's driver and the device say to each other. Version 1, little endian.
// Set-up goes by command datagrams to kResource, answered in a response page; work goes by queue pairs (their
// pages are shared), signalled by VMCI doorbells: the prototype of 2012 in VMCI's own terms. The layout is ours,
// its body was never published.
#pragma once
#include <cstddef>
#include <cstdint>

#include "protocols/vmci_abi.h"

namespace viosim::vrdma_abi {

inline constexpr std::uint32_t kVersion = 1;
/// Where commands go, in the hypervisor's context.
inline constexpr std::uint32_t kResource = 0x7664;

enum class Command : std::uint32_t {
  open = 1, create_pd = 2, destroy_pd = 3, reg_mr = 4, create_cq = 5, create_qp = 6, connect = 7,
};

struct CommandHeader { std::uint32_t version, command, size, reserved; };  ///< size: of the whole command
struct Open { CommandHeader header; std::uint64_t response_page; };        ///< guest-physical address
struct CreatePd { CommandHeader header; };
struct DestroyPd { CommandHeader header; std::uint32_t pd, reserved; };
/// Followed by `pages` guest-physical page addresses of eight bytes.
struct RegMr {
  CommandHeader header;
  std::uint32_t pd, access;
  std::uint64_t start, length;
  std::uint32_t pages, reserved;
};
struct CreateCq { CommandHeader header; vmci_abi::Handle queue; std::uint32_t notify_resource, reserved; };
struct CreateQp {
  CommandHeader header;
  std::uint32_t pd, send_cq, receive_cq, reserved;
  vmci_abi::Handle send_queue, receive_queue;
};
struct Connect {
  CommandHeader header;
  std::uint32_t qp, remote_qp, send_psn, receive_psn, mtu, remote_lid, timeout, retry_count, rnr_retry,
      min_rnr_timer, max_rd_atomic, reserved;
};
static_assert(sizeof(CommandHeader) == 16 && sizeof(Open) == 24 && sizeof(CreatePd) == 16);
static_assert(sizeof(DestroyPd) == 24 && sizeof(RegMr) == 48 && sizeof(CreateCq) == 32);
static_assert(sizeof(CreateQp) == 48 && sizeof(Connect) == 64);

inline constexpr std::uint32_t kAccessLocalWrite = 1, kAccessRemoteRead = 2, kAccessRemoteWrite = 4,
                               kAccessRemoteAtomic = 8, kAccessAll = 15;

/// What the device writes at the start of the response page before the command's RESULT_LOW is answered.
struct Response {
  std::int32_t status;    ///< VrdmaError
  std::uint32_t handle;   ///< PD, CQ, QP; the lkey of a region
  std::uint32_t number;   ///< QP: what its peer must know; region: rkey; open: LID
  std::uint32_t flags;    ///< open: kPollByDoorbell
};
static_assert(sizeof(Response) == 16);
/// The device moves completions only when the poll doorbell asks for it.
inline constexpr std::uint32_t kPollByDoorbell = 1;

/// Doorbells are resources of the hypervisor's context: base, kind, object.
enum class Doorbell : std::uint32_t { send = 1, receive = 2, poll = 3, arm = 4 };
inline constexpr std::uint32_t kDoorbellBase = 0x76000000, kDoorbellBaseMask = 0xff000000;
constexpr std::uint32_t doorbell(Doorbell kind, std::uint32_t object) {
  return kDoorbellBase | static_cast<std::uint32_t>(kind) << 20 | object;
}
constexpr Doorbell doorbell_kind(std::uint32_t resource) { return static_cast<Doorbell>(resource >> 20 & 0xf); }
constexpr std::uint32_t doorbell_object(std::uint32_t resource) { return resource & 0xfffff; }

enum class Opcode : std::uint32_t { rdma_write = 0, rdma_read = 1, send = 2, compare_swap = 3, fetch_add = 4 };
inline constexpr std::uint32_t kSignaled = 1;

/// Entry of a send queue and of a receive queue (there only wr_id and the local segment count).
struct Wqe {
  std::uint64_t wr_id;
  std::uint32_t opcode, flags;
  std::uint64_t address;
  std::uint32_t length, lkey;
  std::uint64_t remote_address;
  std::uint32_t rkey, reserved;
  std::uint64_t compare_add, swap;
};
static_assert(sizeof(Wqe) == 64);

struct Cqe {
  std::uint64_t wr_id;
  std::uint32_t qp;           ///< the QP's number, as its peers know it
  std::uint32_t status;       ///< ibv_wc_status
  std::uint32_t byte_length, flags;
  std::uint64_t reserved;
};
static_assert(sizeof(Cqe) == 32);
inline constexpr std::uint32_t kIsReceive = 1;

}  // namespace viosim::vrdma_abi
