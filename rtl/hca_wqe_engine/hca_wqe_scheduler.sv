// Messages that were parsed, by queue pair; which of them sends next, and its packets.
//
// Weighted round robin: a queue pair sends up to `weight` packets, then it is the next one's turn. Messages start at least
// start_interval_i cycles after one another; one that has started does not wait for that. A packet needs a credit of
// whoever sends it. One packet descriptor a cycle.
module hca_wqe_scheduler
  import hca_wqe_pkg::*;
#(
  parameter int unsigned Slots = 32,
  parameter int unsigned Depth = 64,     // messages a slot
  parameter int unsigned Credits = 4,    // packet descriptors ahead of who sends them, a slot
  localparam int unsigned SlotW = $clog2(Slots),
  localparam int unsigned DepthW = $clog2(Depth)
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic [31:0]      cycle_i,           // a clock that counts while this one stops
  input  logic [15:0]      start_interval_i,
  // A slot begins anew.
  input  logic             clear_i,
  input  logic [SlotW-1:0] clear_slot_i,
  input  logic [2:0]       log_mtu_i,         // 256 << n
  input  logic [3:0]       weight_i,
  // A parsed message.
  input  logic             put_i,
  input  logic [SlotW-1:0] put_slot_i,
  input  kind_e            put_kind_i,
  input  logic [30:0]      put_length_i,
  // A descriptor was used.
  input  logic             credit_i,
  input  logic [SlotW-1:0] credit_slot_i,
  // What goes out.
  output logic             packet_o,
  output logic [SlotW-1:0] packet_slot_o,
  output logic             packet_first_o,
  output logic             packet_last_o,
  output logic [30:0]      packet_offset_o,
  output logic [30:0]      packet_length_o,
  // A message left the store of those that wait.
  output logic             started_o,
  output logic [SlotW-1:0] started_slot_o,
  output logic             waits_start_o,     // a message could go, were it not too early
  output logic             waits_credit_o,    // all that could go wait for credits
  output logic             idle_o             // nothing goes without an input
);

  typedef struct packed {
    kind_e       kind;
    logic [30:0] length;
  } message_t;

  message_t          store_q [Slots * Depth];
  logic [DepthW-1:0] head_q [Slots];
  logic [DepthW:0]   count_q [Slots];
  logic [30:0]       offset_q [Slots];       // of the message that is being sent
  logic [2:0]        credits_q [Slots];
  logic [2:0]        log_mtu_q [Slots];
  logic [3:0]        weight_q [Slots];
  logic [Slots-1:0]  some_q, going_q, credit_q;

  logic [SlotW-1:0]  turn_q;                 // whose turn it is
  logic [3:0]        used_q;                 // packets in this turn
  logic [31:0]       next_start_q;
  logic              started_once_q;

  // Who can send.
  logic start_now;
  assign start_now = !started_once_q || $signed(cycle_i - next_start_q) >= 0;
  logic [Slots-1:0] able, early;
  assign able = some_q & credit_q & (going_q | {Slots{start_now}});
  assign early = some_q & credit_q & ~going_q;
  assign waits_start_o = able == '0 && early != '0;
  assign waits_credit_o = some_q != '0 && (some_q & credit_q) == '0;
  assign idle_o = (some_q & credit_q) == '0;

  logic             go;
  logic [SlotW-1:0] slot, behind;
  hca_wqe_turn #(.Slots(Slots)) u_turn (.want_i(able), .turn_i(turn_q), .next_o(behind));
  assign go = able != '0;
  assign slot = able[turn_q] && used_q < weight_q[turn_q] ? turn_q : behind;

  // Its next packet.
  message_t    message;
  logic [30:0] left, mtu, length;
  logic        last;
  always_comb begin
    message = store_q[{slot, head_q[slot]}];
    left = message.length - offset_q[slot];
    mtu = 31'd256 << log_mtu_q[slot];
    last = message.kind == KindWhole || left <= mtu;
    length = last ? left : mtu;
  end

  logic [31:0] packet_end;
  assign packet_end = {1'b0, offset_q[slot]} + {1'b0, length};

  assign started_o = go && !going_q[slot];
  assign started_slot_o = slot;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      some_q <= '0;
      going_q <= '0;
      credit_q <= '0;
      turn_q <= '0;
      used_q <= '0;
      next_start_q <= '0;
      started_once_q <= 1'b0;
      packet_o <= 1'b0;
      packet_slot_o <= '0;
      packet_first_o <= 1'b0;
      packet_last_o <= 1'b0;
      packet_offset_o <= '0;
      packet_length_o <= '0;
      for (int unsigned s = 0; s < Slots; s++) begin
        head_q[s] <= '0;
        count_q[s] <= '0;
        offset_q[s] <= '0;
        credits_q[s] <= '0;
        log_mtu_q[s] <= '0;
        weight_q[s] <= '0;
      end
    end else begin
      packet_o <= go;
      if (go) begin
        packet_slot_o <= slot;
        packet_first_o <= !going_q[slot];
        packet_last_o <= last;
        packet_offset_o <= offset_q[slot];
        packet_length_o <= length;
        turn_q <= slot;
        used_q <= slot == turn_q && used_q < weight_q[slot] ? used_q + 4'd1 : 4'd1;
        going_q[slot] <= !last;
        offset_q[slot] <= last ? '0 : offset_q[slot] + mtu;
        if (last) head_q[slot] <= head_q[slot] + 1'b1;
        if (!going_q[slot]) begin
          next_start_q <= cycle_i + {16'd0, start_interval_i};
          started_once_q <= 1'b1;
        end
      end
      if (put_i) store_q[{put_slot_i, DepthW'(head_q[put_slot_i] + count_q[put_slot_i][DepthW-1:0])}] <=
          '{kind: put_kind_i, length: put_length_i};
      // Messages and credits of a slot come and go in one cycle.
      if (put_i && !(go && last && slot == put_slot_i)) begin
        count_q[put_slot_i] <= count_q[put_slot_i] + 1'b1;
        some_q[put_slot_i] <= 1'b1;
      end
      if (go && last && !(put_i && slot == put_slot_i)) begin
        count_q[slot] <= count_q[slot] - 1'b1;
        some_q[slot] <= count_q[slot] != (DepthW + 1)'(1);
      end
      if (credit_i && !(go && slot == credit_slot_i)) begin
        credits_q[credit_slot_i] <= credits_q[credit_slot_i] + 3'd1;
        credit_q[credit_slot_i] <= 1'b1;
      end
      if (go && !(credit_i && slot == credit_slot_i)) begin
        credits_q[slot] <= credits_q[slot] - 3'd1;
        credit_q[slot] <= credits_q[slot] != 3'd1;
      end
      if (clear_i) begin
        head_q[clear_slot_i] <= '0;
        count_q[clear_slot_i] <= '0;
        offset_q[clear_slot_i] <= '0;
        credits_q[clear_slot_i] <= 3'(Credits);
        log_mtu_q[clear_slot_i] <= log_mtu_i;
        weight_q[clear_slot_i] <= weight_i;
        some_q[clear_slot_i] <= 1'b0;
        going_q[clear_slot_i] <= 1'b0;
        credit_q[clear_slot_i] <= 1'b1;
        if (go && slot == clear_slot_i) packet_o <= 1'b0;
      end
    end
  end

  logic [DepthW:0] put_count, sent_count;
  logic [2:0]      back_credits, sent_credits;
  assign put_count = count_q[put_slot_i];
  assign sent_count = count_q[slot];
  assign back_credits = credits_q[credit_slot_i];
  assign sent_credits = credits_q[slot];

  MessagesFit: assert property (@(posedge clk_i) disable iff (!rst_ni) put_i |-> put_count < (DepthW + 1)'(Depth))
      else $error("a slot holds more messages than it has room for");
  CreditsFit: assert property (@(posedge clk_i) disable iff (!rst_ni)
      (credit_i && !(go && slot == credit_slot_i)) |-> back_credits < 3'(Credits))
      else $error("a credit too many came back");
  PacketHasCredit: assert property (@(posedge clk_i) disable iff (!rst_ni)
      go |-> (sent_credits != '0 && sent_count != '0))
      else $error("a packet without credit or message");
  PacketInside: assert property (@(posedge clk_i) disable iff (!rst_ni)
      go |-> packet_end <= {1'b0, message.length})
      else $error("a packet beyond its message");

endmodule
