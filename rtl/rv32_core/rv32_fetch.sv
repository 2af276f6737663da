// Reads instructions ahead of the program: one request under way, two words in store.
//
// A request stands unchanged until it is accepted, also one that a jump has made useless: its answer is dropped. A
// word of a jump's target is at hand two cycles after the jump, if the memory answers in the cycle after the request.
module rv32_fetch (
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic        redirect_i,  // what was read ahead is of no use: go on at target_i
  input  logic [31:0] target_i,
  input  logic        take_i,      // the word at hand is used up
  output logic        word_valid_o,
  output logic [31:0] word_o,
  output logic        word_err_o,  // it could not be read
  output logic        idle_o,      // nothing under way, and nothing to come before a word is taken

  output logic        instr_valid_o,
  output logic [31:0] instr_addr_o,
  input  logic        instr_ready_i,
  input  logic        instr_rvalid_i,
  input  logic        instr_err_i,
  input  logic [31:0] instr_rdata_i
);

  typedef struct packed {
    logic        err;
    logic [31:0] word;
  } entry_t;

  logic [31:0] pc_q, held_q;    // the next request's address; that of the last
  logic        started_q;       // there was a first redirection
  logic        standing_q;      // a request was not accepted yet
  logic        outstanding_q;   // one was accepted and is not answered yet
  logic        drop_q;          // whichever of the two it is: its answer is of no use
  logic [1:0]  count_q;
  entry_t      store_q[2];

  logic       answered, keep, room;
  logic [1:0] left, coming;
  assign answered = outstanding_q & instr_rvalid_i;
  assign keep     = answered & ~drop_q;
  assign left     = count_q - {1'b0, take_i};
  assign coming   = {1'b0, outstanding_q & ~drop_q};
  assign room     = left + coming < 2'd2;

  assign instr_valid_o = standing_q | (started_q & room & (~outstanding_q | instr_rvalid_i));
  assign instr_addr_o  = standing_q ? held_q : pc_q;

  assign word_valid_o = count_q != '0;
  assign word_o       = store_q[0].word;
  assign word_err_o   = store_q[0].err;
  assign idle_o       = started_q & ~standing_q & ~outstanding_q & (count_q == 2'd2);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      started_q     <= 1'b0;
      standing_q    <= 1'b0;
      outstanding_q <= 1'b0;
      drop_q        <= 1'b0;
      count_q       <= '0;
      pc_q          <= '0;
      held_q        <= '0;
    end else begin
      started_q     <= started_q | redirect_i;
      standing_q    <= instr_valid_o & ~instr_ready_i;
      outstanding_q <= (instr_valid_o & instr_ready_i) | (outstanding_q & ~instr_rvalid_i);
      held_q        <= instr_addr_o;
      if (redirect_i) begin
        pc_q    <= target_i;
        count_q <= '0;
        drop_q  <= instr_valid_o | (outstanding_q & ~instr_rvalid_i);
      end else begin
        if (instr_valid_o & ~standing_q) pc_q <= pc_q + 32'd4;
        count_q <= left + {1'b0, keep};
        drop_q  <= drop_q & ~answered;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      store_q <= '{default: '0};
    end else begin
      if (take_i) store_q[0] <= store_q[1];
      if (keep) store_q[left[0]] <= '{err: instr_err_i, word: instr_rdata_i};
    end
  end

  // What this promises
  StableRequest: assert property (@(posedge clk_i) disable iff (!rst_ni)
      instr_valid_o && !instr_ready_i |=> instr_valid_o && $stable(instr_addr_o));
  AlignedRequest: assert property (@(posedge clk_i) disable iff (!rst_ni)
      instr_valid_o |-> instr_addr_o[1:0] == 2'b00);
  NoOverflow: assert property (@(posedge clk_i) disable iff (!rst_ni) count_q != 2'd3);
  TakeWhatIsThere: assert property (@(posedge clk_i) disable iff (!rst_ni) take_i |-> word_valid_o);
  // What the memory promises
  NoAnswerWithoutRequest: assert property (@(posedge clk_i) disable iff (!rst_ni)
      instr_rvalid_i |-> outstanding_q);

endmodule
