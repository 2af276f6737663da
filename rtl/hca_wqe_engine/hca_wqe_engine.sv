// The WQE engine of an HCA: doorbell queue, WQE fetch and parse, several queue pairs in flight, scheduling, segmentation
// into packet descriptors. See README.md for its cycles.
module hca_wqe_engine
  import viosim_causes_pkg::*;
  import hca_wqe_pkg::*;
#(
  parameter int unsigned Slots = 32,       // queue pairs
  parameter int unsigned Depth = 64,       // parsed messages a slot
  parameter int unsigned ReadTags = 16,    // reads of rings in flight
  parameter int unsigned PushTags = 8,     // BlueFlame posts that wait
  localparam int unsigned SlotW = $clog2(Slots),
  localparam int unsigned ReadW = $clog2(ReadTags),
  localparam int unsigned PushW = $clog2(PushTags)
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic [31:0]      cycle_i,
  input  logic [15:0]      start_interval_i,
  input  logic [3:0]       reads_per_slot_i,
  input  logic [8:0]       wqes_per_read_i,
  input  logic [6:0]       wqe_buffer_i,

  input  logic             cfg_valid_i,
  output logic             cfg_ready_o,
  input  logic [SlotW-1:0] cfg_slot_i,
  input  logic             cfg_open_i,
  input  logic [4:0]       cfg_log_entries_i,
  input  logic [2:0]       cfg_log_blocks_i,
  input  logic [2:0]       cfg_log_mtu_i,
  input  logic [3:0]       cfg_weight_i,

  input  logic             doorbell_valid_i,
  output logic             doorbell_ready_o,
  input  logic [SlotW-1:0] doorbell_slot_i,

  input  logic             push_valid_i,
  output logic             push_ready_o,
  output logic [PushW-1:0] push_tag_o,
  input  logic [SlotW-1:0] push_slot_i,
  input  logic [15:0]      push_index_i,
  input  logic [4:0]       push_blocks_i,

  output logic             read_o,
  output logic [ReadW-1:0] read_tag_o,
  output logic [SlotW-1:0] read_slot_o,
  output logic [15:0]      read_place_o,
  output logic [8:0]       read_count_o,
  input  logic             read_done_i,
  input  logic [ReadW-1:0] read_done_tag_i,
  input  logic             read_error_i,

  output logic             buffer_push_o,
  output logic [ReadW-1:0] buffer_tag_o,
  output logic [12:0]      buffer_block_o,
  input  logic [63:0][7:0] buffer_data_i,
  output logic             free_o,
  output logic             free_push_o,
  output logic [ReadW-1:0] free_tag_o,

  // A beat was parsed: where inline data stands in it. A WQE is complete. Both with the buffer they came from.
  output logic             beat_o,
  output logic             beat_push_o,
  output logic [ReadW-1:0] beat_tag_o,
  output logic [12:0]      beat_block_o,
  output logic [3:0]       beat_inline_o,         // segments that begin with inline data
  output logic [23:0]      beat_inline_length_o,  // their lengths, six bits each
  output logic             wqe_o,
  output logic [SlotW-1:0] wqe_slot_o,
  output logic [15:0]      wqe_index_o,
  output opcode_e          wqe_opcode_o,
  output logic             wqe_signaled_o,
  output logic [63:0]      wqe_remote_address_o,
  output logic [31:0]      wqe_rkey_o,
  output logic [63:0]      wqe_swap_or_add_o,
  output logic [63:0]      wqe_compare_o,
  output logic [5:0]       wqe_units_o,
  output logic [5:0]       wqe_data_at_o,
  output logic             wqe_inline_o,
  output logic [30:0]      wqe_length_o,
  output syndrome_e        wqe_error_o,

  input  logic             credit_i,
  input  logic [SlotW-1:0] credit_slot_i,
  output logic             packet_o,
  output logic [SlotW-1:0] packet_slot_o,
  output logic             packet_first_o,
  output logic             packet_last_o,
  output logic [30:0]      packet_offset_o,
  output logic [30:0]      packet_length_o,

  output logic             refused_o,
  output logic             broken_o,
  output logic [SlotW-1:0] broken_slot_o,

  output cause_e           cause_o,
  output logic             quiescent_o
);

  logic             put, started, waits_start, waits_credit, sends_nothing;
  logic [SlotW-1:0] put_slot, started_slot;
  logic             beat, free, free_push, refused, broken;
  logic [SlotW-1:0] broken_slot;
  logic [ReadW-1:0] free_tag;
  logic [15:0]      put_index;
  wqe_t             put_wqe, wqe_q;
  inline_t          put_inline;
  kind_e            put_kind;
  logic             fetcher_busy, fetcher_idle;

  hca_wqe_fetcher #(
    .Slots(Slots),
    .ReadTags(ReadTags),
    .PushTags(PushTags)
  ) u_fetcher (
    .clk_i, .rst_ni, .reads_per_slot_i, .wqes_per_read_i, .wqe_buffer_i,
    .cfg_valid_i, .cfg_ready_o, .cfg_slot_i, .cfg_open_i, .cfg_log_entries_i, .cfg_log_blocks_i,
    .doorbell_valid_i, .doorbell_ready_o, .doorbell_slot_i,
    .push_valid_i, .push_ready_o, .push_tag_o, .push_slot_i, .push_index_i, .push_blocks_i,
    .read_o, .read_tag_o, .read_slot_o, .read_place_o, .read_count_o,
    .read_done_i, .read_done_tag_i, .read_error_i,
    .buffer_push_o, .buffer_tag_o, .buffer_block_o, .buffer_data_i,
    .free_o(free), .free_push_o(free_push), .free_tag_o(free_tag),
    .put_o(put), .put_slot_o(put_slot), .put_wqe_o(put_wqe), .put_index_o(put_index),
    .put_inline_o(put_inline), .beat_o(beat),
    .started_i(started), .started_slot_i(started_slot),
    .refused_o(refused), .broken_o(broken), .broken_slot_o(broken_slot),
    .busy_o(fetcher_busy), .idle_o(fetcher_idle)
  );

  assign put_kind = put_wqe.error != SynNone || !(put_wqe.opcode inside {OpRdmaWrite, OpSend}) ? KindWhole : KindCut;

  hca_wqe_scheduler #(
    .Slots(Slots),
    .Depth(Depth)
  ) u_scheduler (
    .clk_i, .rst_ni, .cycle_i, .start_interval_i,
    .clear_i(cfg_valid_i && cfg_ready_o), .clear_slot_i(cfg_slot_i), .log_mtu_i(cfg_log_mtu_i), .weight_i(cfg_weight_i),
    .put_i(put), .put_slot_i(put_slot), .put_kind_i(put_kind), .put_length_i(put_wqe.length[30:0]),
    .credit_i, .credit_slot_i,
    .packet_o, .packet_slot_o, .packet_first_o, .packet_last_o, .packet_offset_o, .packet_length_o,
    .started_o(started), .started_slot_o(started_slot),
    .waits_start_o(waits_start), .waits_credit_o(waits_credit), .idle_o(sends_nothing)
  );

  // What left in this cycle is seen behind the edge.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      beat_o <= 1'b0;
      beat_push_o <= 1'b0;
      beat_tag_o <= '0;
      beat_block_o <= '0;
      beat_inline_o <= '0;
      beat_inline_length_o <= '0;
      wqe_o <= 1'b0;
      wqe_slot_o <= '0;
      wqe_index_o <= '0;
      wqe_q <= '0;
      free_o <= 1'b0;
      free_push_o <= 1'b0;
      free_tag_o <= '0;
      refused_o <= 1'b0;
      broken_o <= 1'b0;
      broken_slot_o <= '0;
    end else begin
      beat_o <= beat;
      beat_push_o <= buffer_push_o;
      beat_tag_o <= buffer_tag_o;
      beat_block_o <= buffer_block_o;
      beat_inline_o <= put_inline.valid;
      beat_inline_length_o <= put_inline.length;
      wqe_o <= put;
      if (put) begin
        wqe_slot_o <= put_slot;
        wqe_index_o <= put_index;
        wqe_q <= put_wqe;
      end
      free_o <= free;
      free_push_o <= free_push;
      free_tag_o <= free_tag;
      refused_o <= refused;
      broken_o <= broken;
      broken_slot_o <= broken_slot;
    end
  end

  assign wqe_opcode_o = wqe_q.opcode;
  assign wqe_signaled_o = wqe_q.signaled;
  assign wqe_remote_address_o = wqe_q.remote_address;
  assign wqe_rkey_o = wqe_q.rkey;
  assign wqe_swap_or_add_o = wqe_q.swap_or_add;
  assign wqe_compare_o = wqe_q.compare;
  assign wqe_units_o = wqe_q.units;
  assign wqe_data_at_o = wqe_q.data_at;
  assign wqe_inline_o = wqe_q.is_inline;
  assign wqe_length_o = wqe_q.length[30:0];
  assign wqe_error_o = wqe_q.error;

  assign quiescent_o = fetcher_idle && sends_nothing;
  always_comb begin
    if (fetcher_busy || !fetcher_idle || waits_start || !sends_nothing) cause_o = Pipeline;
    else if (waits_credit) cause_o = WindowStall;
    else cause_o = NoCause;
  end

  logic input_now;
  assign input_now = cfg_valid_i || doorbell_valid_i || push_valid_i || read_done_i || credit_i;
  QuiescentStays: assert property (@(posedge clk_i) disable iff (!rst_ni)
      (quiescent_o && !input_now) |=> (quiescent_o && !packet_o && !read_o && !wqe_o && !free_o))
      else $error("quiescent, and yet something changes");

endmodule
