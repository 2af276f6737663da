// BlueFlame posts that wait for the parser, in their order. One of a slot that is opened anew or closed meanwhile is void.
module hca_wqe_posts #(
  parameter int unsigned SlotW = 5,
  parameter int unsigned Tags = 8,
  localparam int unsigned TagW = $clog2(Tags)
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             push_valid_i,
  output logic             push_ready_o,
  output logic [TagW-1:0]  push_tag_o,     // the buffer in which its WQE stands
  input  logic [SlotW-1:0] push_slot_i,
  input  logic [15:0]      push_index_i,
  input  logic [4:0]       push_blocks_i,
  input  logic             void_i,         // all of this slot
  input  logic [SlotW-1:0] void_slot_i,
  output logic             some_o,
  input  logic             pop_i,
  output logic [TagW-1:0]  tag_o,          // the oldest
  output logic [SlotW-1:0] slot_o,
  output logic [15:0]      index_o,
  output logic [4:0]       blocks_o,
  output logic             dead_o
);

  typedef struct packed {
    logic [SlotW-1:0] slot;
    logic [15:0]      index;
    logic [4:0]       blocks;
  } post_t;

  post_t           posts_q [Tags];
  logic [TagW-1:0] head_q;
  logic [TagW:0]   count_q;
  logic [Tags-1:0] void_q;
  logic            push;
  post_t           head;

  assign push_ready_o = count_q != (TagW + 1)'(Tags);
  assign push_tag_o = head_q + count_q[TagW-1:0];
  assign push = push_valid_i && push_ready_o;
  assign some_o = count_q != '0;
  assign tag_o = head_q;
  assign head = posts_q[head_q];
  assign slot_o = head.slot;
  assign index_o = head.index;
  assign blocks_o = head.blocks;
  assign dead_o = void_q[head_q];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_q <= '0;
      count_q <= '0;
      void_q <= '0;
    end else begin
      for (int unsigned t = 0; t < Tags; t++) begin
        if (void_i && posts_q[t].slot == void_slot_i) void_q[t] <= 1'b1;
      end
      if (push) begin
        posts_q[push_tag_o] <= '{slot: push_slot_i, index: push_index_i, blocks: push_blocks_i};
        void_q[push_tag_o] <= 1'b0;
      end
      if (pop_i) head_q <= head_q + 1'b1;
      count_q <= count_q + {{TagW{1'b0}}, push} - {{TagW{1'b0}}, pop_i};
    end
  end

  PopsWhatIsThere: assert property (@(posedge clk_i) disable iff (!rst_ni) pop_i |-> some_o)
      else $error("a post ended that was not there");

endmodule
