// The pins of rtl/hca_wqe_engine, without Verilator's headers. Names as in its ports, without _i and _o.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace viosim::rtl_bridge {

class HcaWqeEnginePins {
 public:
  static constexpr unsigned kSlots = 32, kDepth = 64, kReadTags = 16, kPushTags = 8;

  struct In {
    std::uint32_t cycle = 0;
    bool cfg_valid = false, cfg_open = false;
    std::uint8_t cfg_slot = 0, cfg_log_entries = 0, cfg_log_blocks = 0, cfg_log_mtu = 0, cfg_weight = 1;
    bool doorbell_valid = false;
    std::uint8_t doorbell_slot = 0;
    bool push_valid = false;
    std::uint8_t push_slot = 0, push_blocks = 0;
    std::uint16_t push_index = 0;
    bool read_done = false, read_error = false;
    std::uint8_t read_done_tag = 0;
    bool credit = false;
    std::uint8_t credit_slot = 0;
  };
  struct Out {
    bool cfg_ready, doorbell_ready, push_ready;
    std::uint8_t push_tag;
    bool read;
    std::uint8_t read_tag, read_slot;
    std::uint16_t read_place, read_count;
    bool buffer_push;
    std::uint8_t buffer_tag;
    std::uint16_t buffer_block;
    bool free, free_push;
    std::uint8_t free_tag;
    bool beat, beat_push;
    std::uint8_t beat_tag;
    std::uint16_t beat_block;
    std::uint8_t beat_inline;
    std::uint32_t beat_inline_length;
    bool wqe, wqe_signaled, wqe_inline;
    std::uint8_t wqe_slot, wqe_opcode, wqe_units, wqe_data_at, wqe_error;
    std::uint16_t wqe_index;
    std::uint64_t wqe_remote_address, wqe_swap_or_add, wqe_compare;
    std::uint32_t wqe_rkey, wqe_length;
    bool packet, packet_first, packet_last;
    std::uint8_t packet_slot;
    std::uint32_t packet_offset, packet_length;
    bool refused, broken;
    std::uint8_t broken_slot;
    std::uint8_t cause;
    bool quiescent;
  };

  HcaWqeEnginePins(const std::string& path, unsigned start_interval, unsigned reads_per_slot, unsigned wqes_per_read,
                   unsigned wqe_buffer);
  ~HcaWqeEnginePins();

  /// What the block answers to `in` within the cycle.
  void settle();
  void edge(std::uint64_t ps);
  /// What stands at the buffer address that the last edge gave; less than 64 bytes: zeros behind.
  void buffer_data(std::span<const std::byte> bytes);

  In in;
  Out out{};

 private:
  struct Model;
  void apply();
  std::unique_ptr<Model> model_;
};

}  // namespace viosim::rtl_bridge
