// Commands, statuses and packed contexts of an HCA.
// Made from rtl/regs/hca_mailbox.toml by viosim_regs: change that.
#pragma once
#include <cstdint>

namespace viosim::regs::hca_mailbox {

/// Commands. From 0xf80 on: ours, mlx4 has none.
enum class Opcode : std::uint16_t {
  query_dev_cap = 0x3,
  query_fw = 0x4,
  init_hca = 0x7,
  close_hca = 0x8,
  init_port = 0x9,
  close_port = 0xa,
  sw2hw_mpt = 0xd,
  query_mpt = 0xe,
  hw2sw_mpt = 0xf,
  write_mtt = 0x11,
  map_eq = 0x12,
  sw2hw_eq = 0x13,
  hw2sw_eq = 0x14,
  query_eq = 0x15,
  sw2hw_cq = 0x16,
  hw2sw_cq = 0x17,
  query_cq = 0x18,
  rst2init_qp = 0x19,
  init2rtr_qp = 0x1a,
  rtr2rts_qp = 0x1b,
  rts2rts_qp = 0x1c,
  to_err_qp = 0x1e,
  to_rst_qp = 0x21,
  query_qp = 0x22,
  nop = 0x31,
  sw2hw_srq = 0x35,
  hw2sw_srq = 0x36,
  query_srq = 0x37,
  query_port = 0x43,
  inform_flr_done = 0x5b,
  alloc_res = 0xf00,
  free_res = 0xf01,
  query_func_cap = 0xf0a,
  set_vf = 0xf80,
  create_ah = 0xf81,
  query_ah = 0xf82,
  modify_ah = 0xf83,
};

/// How a command ended.
enum class Status : std::uint8_t {
  ok = 0x0,
  internal_err = 0x1,
  bad_op = 0x2,
  bad_param = 0x3,
  bad_sys_state = 0x4,
  bad_resource = 0x5,
  resource_busy = 0x6,
  exceed_lim = 0x8,
  bad_res_state = 0x9,
  bad_index = 0xa,
  bad_nvmem = 0xb,
  icm_error = 0xc,
  bad_qp_state = 0x10,
};

/// What alloc_res and free_res name in in_modifier. pd and ah: ours, mlx4's drivers count them themselves.
enum class Resource : std::uint8_t {
  qp = 0x0,
  cq = 0x1,
  srq = 0x2,
  mpt = 0x4,
  mtt = 0x5,
  eq = 0xb,
  pd = 0x20,
  ah = 0x21,
};

/// State of a queue pair.
enum class QpState : std::uint8_t {
  rst = 0x0,
  init = 0x1,
  rtr = 0x2,
  rts = 0x3,
  err = 0x6,
};

/// Type of an event queue entry. map_eq's mask has bit 1 << type.
enum class Event : std::uint8_t {
  completion = 0x0,
  cq_error = 0x4,
  qp_catas_error = 0x5,
  port_change = 0x9,
  command = 0xa,
};

/// Subtype of a port change event.
enum class PortChange : std::uint8_t {
  down = 0x1,
  active = 0x4,
};

/// Bits of a memory region's rights.
enum class Access : std::uint32_t {
  local_write = 0x1,
  remote_read = 0x2,
  remote_write = 0x4,
  remote_atomic = 0x8,
};

/// Words of the catastrophic error buffer.
enum class CatasWord : std::uint8_t {
  code = 0x0,
  mcause = 0x1,
  mepc = 0x2,
  mtval = 0x3,
  stack = 0x4,
  return_address = 0x5,
  opcode = 0x6,
  function = 0x7,
  uptime_low = 0x8,
  uptime_high = 0x9,
};

/// Sizes that both sides know.
enum class Limit : std::uint32_t {
  eqe_bytes = 0x20,
  first_qp = 0x40,
  write_mtt_entries = 0x1fe,
  mailbox_bytes = 0x1000,
  map_eq_unmap = 0x80000000,
  no_object = 0xffffffff,
};

/// Queue pair. rst2init_qp takes what lies before remote_qp, init2rtr_qp remote_qp .. mtu, receive_psn, min_rnr_timer and max_rd_atomic, rtr2rts_qp send_psn, timeout, retry_count and rnr_retry, rts2rts_qp min_rnr_timer.
struct QpContext {
  std::uint8_t state = 0;  ///< qp_state; of a mailbox from a driver: ignored
  std::uint8_t has_srq = 0;  ///< srq is meant
  std::uint16_t reserved0 = 0;  ///< 0
  std::uint32_t pd = 0;  ///< Protection domain
  std::uint32_t send_cq = 0;  ///< Completion queue of sends
  std::uint32_t receive_cq = 0;  ///< Completion queue of receives
  std::uint32_t srq = 0;  ///< Shared receive queue
  std::uint32_t send_entries = 0;  ///< A power of two
  std::uint32_t receive_entries = 0;  ///< A power of two
  std::uint16_t send_stride = 0;  ///< Bytes, a power of two from 64 on
  std::uint16_t receive_stride = 0;  ///< Bytes, a power of two from 16 on
  std::uint64_t send_ring = 0;  ///< Bus address
  std::uint64_t receive_ring = 0;  ///< Bus address
  std::uint64_t receive_doorbell_record = 0;  ///< Bus address of 4 bytes
  std::uint32_t remote_qp = 0;  ///< 24 bits
  std::uint16_t remote_lid = 0;  ///< Where the other end is
  std::uint16_t mtu = 0;  ///< Bytes: 256, 512, 1024, 2048, 4096
  std::uint32_t send_psn = 0;  ///< 24 bits
  std::uint32_t receive_psn = 0;  ///< 24 bits
  std::uint8_t timeout = 0;  ///< Local ACK timeout, 5 bits
  std::uint8_t retry_count = 0;  ///< 0 .. 7
  std::uint8_t rnr_retry = 0;  ///< 0 .. 7
  std::uint8_t min_rnr_timer = 0;  ///< Code, 5 bits
  std::uint8_t max_rd_atomic = 0;  ///< 1 .. 128
  std::uint8_t reserved1 = 0;  ///< 0
  std::uint16_t reserved2 = 0;  ///< 0
};
static_assert(sizeof(QpContext) == 80);

/// Completion queue.
struct CqContext {
  std::uint64_t ring = 0;  ///< Bus address
  std::uint64_t doorbell_record = 0;  ///< Bus address of 8 bytes
  std::uint32_t entries = 0;  ///< A power of two
  std::uint32_t eq = 0;  ///< Event queue, or limit.no_object
  std::uint64_t reserved0 = 0;  ///< 0
};
static_assert(sizeof(CqContext) == 32);

/// Event queue.
struct EqContext {
  std::uint64_t ring = 0;  ///< Bus address
  std::uint64_t msi_address = 0;  ///< Where the interrupt goes
  std::uint32_t msi_data = 0;  ///< The message
  std::uint32_t entries = 0;  ///< A power of two
  std::uint32_t asynchronous = 0;  ///< 1: for commands and ports, by firmware; 0: for completions
  std::uint32_t consumer = 0;  ///< Answered: what the device knows of it, 24 bits
  std::uint32_t producer = 0;  ///< Answered: entries written
  std::uint32_t lost = 0;  ///< Answered: events that found it full
};
static_assert(sizeof(EqContext) == 40);

/// Memory region.
struct MptContext {
  std::uint64_t start = 0;  ///< Virtual address
  std::uint64_t length = 0;  ///< Bytes, more than 0
  std::uint32_t key = 0;  ///< Index in the upper 24 bits, generation below; set by the device
  std::uint32_t pd = 0;  ///< Protection domain
  std::uint32_t access = 0;  ///< Bits of `access`
  std::uint32_t mtt = 0;  ///< Range of translation entries that alloc_res answered
  std::uint32_t mtt_first = 0;  ///< Its first entry in the hardware's table; set by the device
  std::uint32_t mtt_count = 0;  ///< Pages of 4 KB from that of start on; set by the device
  std::uint64_t reserved0 = 0;  ///< 0
};
static_assert(sizeof(MptContext) == 48);

/// Shared receive queue.
struct SrqContext {
  std::uint64_t ring = 0;  ///< Bus address
  std::uint64_t doorbell_record = 0;  ///< Bus address of 4 bytes
  std::uint32_t entries = 0;  ///< A power of two
  std::uint16_t stride = 0;  ///< Bytes, a power of two from 16 on
  std::uint16_t limit = 0;  ///< Below this many an event is due; 0: never
  std::uint32_t pd = 0;  ///< Protection domain
  std::uint32_t reserved0 = 0;  ///< 0
};
static_assert(sizeof(SrqContext) == 32);

/// Address handle.
struct AhContext {
  std::uint32_t pd = 0;  ///< Protection domain
  std::uint16_t remote_lid = 0;  ///< Where to; not 0
  std::uint8_t service_level = 0;  ///< 0 .. 15
  std::uint8_t port = 0;  ///< 1
  std::uint64_t reserved0 = 0;  ///< 0
};
static_assert(sizeof(AhContext) == 16);

/// Protection domain.
struct PdContext {
  std::uint32_t number = 0;  ///< Its own
};
static_assert(sizeof(PdContext) == 4);

/// Head of write_mtt's mailbox; in_modifier bus addresses of pages, 64 bits each, follow.
struct WriteMtt {
  std::uint32_t mtt = 0;  ///< Range that alloc_res answered
  std::uint32_t first = 0;  ///< Entry of the range where they go
  std::uint64_t reserved0 = 0;  ///< 0
};
static_assert(sizeof(WriteMtt) == 16);

/// What a function may have: set_vf's input, query_func_cap's answer.
struct Quota {
  std::uint32_t qps = 0;  ///< Queue pairs
  std::uint32_t cqs = 0;  ///< Completion queues
  std::uint32_t srqs = 0;  ///< Shared receive queues
  std::uint32_t mpts = 0;  ///< Memory regions
  std::uint32_t mtts = 0;  ///< Translation entries
  std::uint32_t eqs = 0;  ///< Event queues
  std::uint32_t pds = 0;  ///< Protection domains
  std::uint32_t ahs = 0;  ///< Address handles
};
static_assert(sizeof(Quota) == 32);

/// query_dev_cap's answer.
struct DevCap {
  std::uint32_t qps = 0;  ///< As in quota: all that the device has
  std::uint32_t cqs = 0;  ///< As in quota
  std::uint32_t srqs = 0;  ///< As in quota
  std::uint32_t mpts = 0;  ///< As in quota
  std::uint32_t mtts = 0;  ///< As in quota
  std::uint32_t eqs = 0;  ///< As in quota
  std::uint32_t pds = 0;  ///< As in quota
  std::uint32_t ahs = 0;  ///< As in quota
  std::uint32_t functions = 0;  ///< PCIe functions
  std::uint32_t first_qp = 0;  ///< Lowest number of a queue pair
  std::uint32_t most_entries = 0;  ///< Of any queue
  std::uint32_t write_mtt_entries = 0;  ///< Most pages in one write_mtt
  std::uint64_t reserved0 = 0;  ///< 0
  std::uint64_t reserved1 = 0;  ///< 0
};
static_assert(sizeof(DevCap) == 64);

/// query_fw's answer.
struct FwInfo {
  std::uint16_t major = 0;  ///< Version
  std::uint16_t minor = 0;  ///< Version
  std::uint16_t sub_minor = 0;  ///< Version
  std::uint16_t command_revision = 0;  ///< Of this file
  std::uint32_t catas_offset = 0;  ///< Of the catastrophic error buffer in BAR 0
  std::uint32_t catas_words = 0;  ///< Its size
  std::uint32_t self_test = 0;  ///< As hca_mgmt's register
  std::uint32_t commands = 0;  ///< Answered since boot
  std::uint32_t refused = 0;  ///< Of these, not with ok
  std::uint32_t stack_left = 0;  ///< Bytes of the stack that were never used
};
static_assert(sizeof(FwInfo) == 32);

/// query_port's answer.
struct PortInfo {
  std::uint8_t state = 0;  ///< IBA's PortState
  std::uint8_t link_up = 0;  ///< The physical link is trained
  std::uint16_t lid = 0;  ///< Local identifier
  std::uint32_t changes = 0;  ///< Of the state, since boot
  std::uint32_t enabled = 0;  ///< By functions that called init_port
  std::uint32_t reserved0 = 0;  ///< 0
};
static_assert(sizeof(PortInfo) == 16);

}  // namespace viosim::regs::hca_mailbox
