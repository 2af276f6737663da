// The transmitter's choice of a PCI Express port: TLPs are offered in order and stand in three queues, one a flow-control
// class; the one that goes next has credits, breaks no ordering rule, and is the oldest that does both. See README.md.
module pcie_tlp_tx
  import viosim_causes_pkg::*;
  import pcie_tlp_tx_pkg::*;
#(
  parameter int unsigned Entries = 16,    // of each queue
  parameter int unsigned IndexWidth = 6   // of the name by which the adapter knows a TLP
) (
  input  logic                                clk_i,
  input  logic                                rst_ni,

  // Offer: one TLP a cycle, in order; only where its queue has room.
  input  logic                                tlp_valid_i,
  input  tlp_class_e                          tlp_class_i,
  input  logic                                tlp_relaxed_i,  // RO
  input  logic [DataWidth-1:0]                tlp_data_i,     // credits of 16 bytes
  input  logic [IndexWidth-1:0]               tlp_index_i,
  output logic [Classes-1:0]                  tlp_ready_o,

  // InitFC and UpdateFC of the receiver, by class.
  input  logic [Classes-1:0]                  fc_init_i,
  input  logic [Classes-1:0]                  fc_update_i,
  input  logic [Classes-1:0][HeaderWidth-1:0] fc_header_i,
  input  logic [Classes-1:0][DataWidth-1:0]   fc_data_i,

  // The serialiser is free a cycle from now, or earlier: who is granted now follows without a gap.
  input  logic                                wire_ready_i,
  input  logic                                wire_busy_i,  // it works now
  output logic                                grant_valid_o,
  output logic [IndexWidth-1:0]               grant_index_o,

  output cause_e [Classes-1:0]                cause_o,  // what the head of each queue spends this cycle on
  output logic                                quiescent_o
);

  localparam int unsigned CountWidth = $clog2(Entries + 1);

  logic [Classes-1:0]                 push, pop, valid, relaxed, behind_write, behind_read, enough, may_pass, eligible;
  logic [Classes-1:0][CountWidth-1:0] count;
  logic [Classes-1:0][IndexWidth-1:0] index;
  logic [Classes-1:0][DataWidth-1:0]  need;

  for (genvar c = 0; c < Classes; c++) begin : gen_class
    assign push[c]        = tlp_valid_i && tlp_class_i == tlp_class_e'(c);
    assign tlp_ready_o[c] = count[c] != CountWidth'(Entries);

    pcie_tlp_tx_queue #(.Entries(Entries), .IndexWidth(IndexWidth)) u_queue (
      .clk_i,
      .rst_ni,
      .push_i         (push[c]),
      .index_i        (tlp_index_i),
      .data_i         (tlp_data_i),
      .relaxed_i      (tlp_relaxed_i),
      .writes_i       (count[Posted] - CountWidth'(pop[Posted])),
      .reads_i        (count[NonPosted] - CountWidth'(pop[NonPosted])),
      .write_gone_i   (pop[Posted]),
      .read_gone_i    (pop[NonPosted]),
      .pop_i          (pop[c]),
      .count_o        (count[c]),
      .valid_o        (valid[c]),
      .index_o        (index[c]),
      .data_o         (need[c]),
      .relaxed_o      (relaxed[c]),
      .behind_write_o (behind_write[c]),
      .behind_read_o  (behind_read[c])
    );

    pcie_tlp_tx_credits u_credits (
      .clk_i,
      .rst_ni,
      .init_i   (fc_init_i[c]),
      .update_i (fc_update_i[c]),
      .header_i (fc_header_i[c]),
      .data_i   (fc_data_i[c]),
      .need_i   (need[c]),
      .take_i   (pop[c]),
      .enough_o (enough[c])
    );
  end

  // Ordering (Base Specification 3.0, table 2-34): reads pass no write, completions only with RO. All else may pass, and
  // whatever lacks credits is passed.
  assign may_pass[Posted]     = 1'b1;
  assign may_pass[NonPosted]  = !behind_write[NonPosted];
  assign may_pass[Completion] = !behind_write[Completion] || relaxed[Completion];
  assign eligible = valid & enough & may_pass;

  // The oldest that may go: nobody is passed for ever.
  logic [Classes-1:0] oldest;
  assign oldest[Posted] = eligible[Posted] && !(eligible[NonPosted] && !behind_write[NonPosted]) &&
                          !(eligible[Completion] && !behind_write[Completion]);
  assign oldest[NonPosted] = eligible[NonPosted] && !(eligible[Completion] && !behind_read[Completion]);
  assign oldest[Completion] = eligible[Completion] && !(eligible[NonPosted] && behind_read[Completion]) &&
                              !(eligible[Posted] && behind_write[Completion]);
  assign pop = wire_ready_i ? oldest : '0;

  logic                  grant_valid_q;
  logic [IndexWidth-1:0] grant_index_q, grant_index_d;
  always_comb begin
    grant_index_d = '0;
    for (int unsigned c = 0; c < Classes; c++) if (pop[c]) grant_index_d |= index[c];
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      grant_valid_q <= 1'b0;
      grant_index_q <= '0;
    end else begin
      grant_valid_q <= |pop;
      if (|pop) grant_index_q <= grant_index_d;
    end
  end
  assign grant_valid_o = grant_valid_q;
  assign grant_index_o = grant_index_q;

  // Behind a write that lacks credits it is the order that holds a head back; behind one that only waits for its turn, what
  // that write waits for.
  for (genvar c = 0; c < Classes; c++) begin : gen_cause
    always_comb begin
      if (!valid[c]) cause_o[c] = NoCause;
      else if (!may_pass[c] && !enough[Posted]) cause_o[c] = OrderingStall;
      else if (!enough[c]) cause_o[c] = CreditStall;
      else if (!wire_ready_i || wire_busy_i) cause_o[c] = LinkSerialization;
      else cause_o[c] = Arbitration;
    end
  end

  assign quiescent_o = !grant_valid_q && !tlp_valid_i && fc_init_i == '0 && fc_update_i == '0 && pop == '0;

  // Relaxed writes keep their place among writes (allowed, not required): nobody asks.
  logic unused;
  assign unused = ^{behind_write[Posted], behind_read[Posted], behind_read[NonPosted], relaxed[Posted], relaxed[NonPosted]};

  OneAtATime: assert property (@(posedge clk_i) disable iff (!rst_ni) $onehot0(oldest));
  SomebodyGoes: assert property (@(posedge clk_i) disable iff (!rst_ni) (eligible != '0) == (oldest != '0));
  ReadBehindWrite: assert property (@(posedge clk_i) disable iff (!rst_ni) !(pop[NonPosted] && behind_write[NonPosted]));
  CompletionBehindWrite: assert property (@(posedge clk_i) disable iff (!rst_ni)
    !(pop[Completion] && behind_write[Completion] && !relaxed[Completion]));
  KnownClass: assert property (@(posedge clk_i) disable iff (!rst_ni) tlp_valid_i |-> tlp_class_i <= Completion);

  // No starvation: what may go is passed only by what is older.
  for (genvar c = 0; c < Classes; c++) begin : gen_patience
    logic [CountWidth+1:0] passed_q;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) passed_q <= '0;
      else if (pop[c] || !eligible[c]) passed_q <= '0;
      else if (pop != '0) passed_q <= passed_q + (CountWidth + 2)'(1);
    end
    Patience: assert property (@(posedge clk_i) disable iff (!rst_ni) passed_q <= (CountWidth + 2)'(2 * Entries));
  end

endmodule
