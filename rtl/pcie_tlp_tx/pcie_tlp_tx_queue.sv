// The TLPs of one flow-control class, first in, first out. Each remembers how many writes and reads that came before it are
// still queued: the ordering rules and the age of heads need no time stamps, which would wrap.
module pcie_tlp_tx_queue
  import pcie_tlp_tx_pkg::*;
#(
  parameter int unsigned Entries = 16,
  parameter int unsigned IndexWidth = 6,
  localparam int unsigned CountWidth = $clog2(Entries + 1)
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,

  input  logic                  push_i,
  input  logic [IndexWidth-1:0] index_i,
  input  logic [DataWidth-1:0]  data_i,
  input  logic                  relaxed_i,
  input  logic [CountWidth-1:0] writes_i,  // queued before it
  input  logic [CountWidth-1:0] reads_i,

  input  logic                  write_gone_i,  // the oldest queued one leaves
  input  logic                  read_gone_i,
  input  logic                  pop_i,

  output logic [CountWidth-1:0] count_o,
  output logic                  valid_o,  // there is a head:
  output logic [IndexWidth-1:0] index_o,
  output logic [DataWidth-1:0]  data_o,
  output logic                  relaxed_o,
  output logic                  behind_write_o,
  output logic                  behind_read_o
);

  localparam int unsigned PlaceWidth = $clog2(Entries);

  typedef struct packed {
    logic [IndexWidth-1:0] index;
    logic [DataWidth-1:0]  data;
    logic                  relaxed;
    logic [CountWidth-1:0] writes;
    logic [CountWidth-1:0] reads;
  } entry_t;

  entry_t [Entries-1:0]  entry_q, entry_d;
  logic [PlaceWidth-1:0] head_q, tail_q;
  logic [CountWidth-1:0] count_q;

  function automatic logic [PlaceWidth-1:0] after(logic [PlaceWidth-1:0] place);
    return place == PlaceWidth'(Entries - 1) ? '0 : place + PlaceWidth'(1);
  endfunction

  always_comb begin
    entry_d = entry_q;
    for (int unsigned i = 0; i < Entries; i++) begin
      if (write_gone_i && entry_q[i].writes != '0) entry_d[i].writes = entry_q[i].writes - CountWidth'(1);
      if (read_gone_i && entry_q[i].reads != '0) entry_d[i].reads = entry_q[i].reads - CountWidth'(1);
    end
    if (push_i) entry_d[tail_q] = '{index: index_i, data: data_i, relaxed: relaxed_i, writes: writes_i, reads: reads_i};
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      entry_q <= '0;
      head_q  <= '0;
      tail_q  <= '0;
      count_q <= '0;
    end else begin
      entry_q <= entry_d;
      if (push_i) tail_q <= after(tail_q);
      if (pop_i) head_q <= after(head_q);
      count_q <= count_q + CountWidth'(push_i) - CountWidth'(pop_i);
    end
  end

  assign count_o        = count_q;
  assign valid_o        = count_q != '0;
  assign index_o        = entry_q[head_q].index;
  assign data_o         = entry_q[head_q].data;
  assign relaxed_o      = entry_q[head_q].relaxed;
  assign behind_write_o = entry_q[head_q].writes != '0;
  assign behind_read_o  = entry_q[head_q].reads != '0;

  NoOverflow: assert property (@(posedge clk_i) disable iff (!rst_ni) push_i |-> count_q != CountWidth'(Entries));
  NoUnderflow: assert property (@(posedge clk_i) disable iff (!rst_ni) pop_i |-> count_q != '0);

endmodule
