#include "rtl_bridge/hca_wqe_engine_pins.h"

#include <Vhca_wqe_engine.h>

#include <cstring>

#include "rtl_bridge/verilated_model.h"

namespace viosim::rtl_bridge {

struct HcaWqeEnginePins::Model : VerilatedModel<Vhca_wqe_engine> {
  using VerilatedModel::VerilatedModel;
};

HcaWqeEnginePins::HcaWqeEnginePins(const std::string& path, unsigned start_interval, unsigned reads_per_slot,
                                   unsigned wqes_per_read, unsigned wqe_buffer)
    : model_(std::make_unique<Model>(path)) {
  Model& m = *model_;
  m->start_interval_i = static_cast<std::uint16_t>(start_interval);
  m->reads_per_slot_i = static_cast<std::uint8_t>(reads_per_slot);
  m->wqes_per_read_i = static_cast<std::uint16_t>(wqes_per_read);
  m->wqe_buffer_i = static_cast<std::uint8_t>(wqe_buffer);
  apply();
  buffer_data({});
  m.reset();
}

HcaWqeEnginePins::~HcaWqeEnginePins() = default;

void HcaWqeEnginePins::apply() {
  Model& m = *model_;
  m->cycle_i = in.cycle;
  m->cfg_valid_i = in.cfg_valid;
  m->cfg_slot_i = in.cfg_slot;
  m->cfg_open_i = in.cfg_open;
  m->cfg_log_entries_i = in.cfg_log_entries;
  m->cfg_log_blocks_i = in.cfg_log_blocks;
  m->cfg_log_mtu_i = in.cfg_log_mtu;
  m->cfg_weight_i = in.cfg_weight;
  m->doorbell_valid_i = in.doorbell_valid;
  m->doorbell_slot_i = in.doorbell_slot;
  m->push_valid_i = in.push_valid;
  m->push_slot_i = in.push_slot;
  m->push_index_i = in.push_index;
  m->push_blocks_i = in.push_blocks;
  m->read_done_i = in.read_done;
  m->read_done_tag_i = in.read_done_tag;
  m->read_error_i = in.read_error;
  m->credit_i = in.credit;
  m->credit_slot_i = in.credit_slot;
}

void HcaWqeEnginePins::settle() {
  apply();
  Model& m = *model_;
  m.settle();
  out.cfg_ready = m->cfg_ready_o;
  out.doorbell_ready = m->doorbell_ready_o;
  out.push_ready = m->push_ready_o;
  out.push_tag = m->push_tag_o;
}

void HcaWqeEnginePins::edge(std::uint64_t ps) {
  apply();
  Model& m = *model_;
  m.edge(ps);
  out.quiescent = m->quiescent_o;
  out.cause = m->cause_o;
  out.buffer_push = m->buffer_push_o;
  out.buffer_tag = m->buffer_tag_o;
  out.buffer_block = m->buffer_block_o;
  out.refused = m->refused_o;
  if ((out.read = m->read_o)) {
    out.read_tag = m->read_tag_o;
    out.read_slot = m->read_slot_o;
    out.read_place = m->read_place_o;
    out.read_count = m->read_count_o;
  }
  if ((out.free = m->free_o)) {
    out.free_push = m->free_push_o;
    out.free_tag = m->free_tag_o;
  }
  if ((out.beat = m->beat_o)) {
    out.beat_push = m->beat_push_o;
    out.beat_tag = m->beat_tag_o;
    out.beat_block = m->beat_block_o;
    out.beat_inline = m->beat_inline_o;
    out.beat_inline_length = m->beat_inline_length_o;
  }
  if ((out.wqe = m->wqe_o)) {
    out.wqe_slot = m->wqe_slot_o;
    out.wqe_index = m->wqe_index_o;
    out.wqe_opcode = m->wqe_opcode_o;
    out.wqe_signaled = m->wqe_signaled_o;
    out.wqe_remote_address = m->wqe_remote_address_o;
    out.wqe_rkey = m->wqe_rkey_o;
    out.wqe_swap_or_add = m->wqe_swap_or_add_o;
    out.wqe_compare = m->wqe_compare_o;
    out.wqe_units = m->wqe_units_o;
    out.wqe_data_at = m->wqe_data_at_o;
    out.wqe_inline = m->wqe_inline_o;
    out.wqe_length = m->wqe_length_o;
    out.wqe_error = m->wqe_error_o;
  }
  if ((out.packet = m->packet_o)) {
    out.packet_slot = m->packet_slot_o;
    out.packet_first = m->packet_first_o;
    out.packet_last = m->packet_last_o;
    out.packet_offset = m->packet_offset_o;
    out.packet_length = m->packet_length_o;
  }
  if ((out.broken = m->broken_o)) out.broken_slot = m->broken_slot_o;
}

void HcaWqeEnginePins::buffer_data(std::span<const std::byte> bytes) {
  auto& beat = (*model_)->buffer_data_i;  // byte 0 in the lowest bits
  static_assert(sizeof beat.m_storage == 64);
  std::memset(beat.m_storage, 0, 64);
  if (!bytes.empty()) std::memcpy(beat.m_storage, bytes.data(), bytes.size() < 64 ? bytes.size() : 64);
}

}  // namespace viosim::rtl_bridge
