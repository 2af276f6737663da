// Credits of one flow-control class as the sender counts them: what it has used and what the receiver allows, both modulo the
// width of their fields (PCI Express Base Specification 3.0, 2.6.1.2). Zero in InitFC is infinite.
module pcie_tlp_tx_credits
  import pcie_tlp_tx_pkg::*;
(
  input  logic                   clk_i,
  input  logic                   rst_ni,

  input  logic                   init_i,    // InitFC: the fields are limits from zero
  input  logic                   update_i,  // UpdateFC: the fields are limits from the start of the link
  input  logic [HeaderWidth-1:0] header_i,
  input  logic [DataWidth-1:0]   data_i,

  input  logic [DataWidth-1:0]   need_i,    // data units of the TLP that asks; it takes one header
  input  logic                   take_i,    // it goes
  output logic                   enough_o
);

  logic                   known_q, header_infinite_q, data_infinite_q;
  logic [HeaderWidth-1:0] header_limit_q, header_used_q, header_left;
  logic [DataWidth-1:0]   data_limit_q, data_used_q, data_left;

  // Enough: the limit lies ahead of what would be used, by at most half of the counter's range.
  assign header_left = header_limit_q - header_used_q - HeaderWidth'(1);
  assign data_left   = data_limit_q - data_used_q - need_i;
  assign enough_o = known_q &&
                    (header_infinite_q || header_left <= HeaderWidth'(1 << (HeaderWidth - 1))) &&
                    (data_infinite_q || data_left <= DataWidth'(1 << (DataWidth - 1)));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      known_q           <= 1'b0;
      header_infinite_q <= 1'b0;
      data_infinite_q   <= 1'b0;
      header_limit_q    <= '0;
      header_used_q     <= '0;
      data_limit_q      <= '0;
      data_used_q       <= '0;
    end else begin
      if (init_i) begin
        known_q           <= 1'b1;
        header_infinite_q <= header_i == '0;
        data_infinite_q   <= data_i == '0;
      end
      if (init_i || update_i) begin
        header_limit_q <= header_i;
        data_limit_q   <= data_i;
      end
      if (take_i) begin
        header_used_q <= header_used_q + HeaderWidth'(1);
        data_used_q   <= data_used_q + need_i;
      end
    end
  end

  // A receiver never allows more than half of the range beyond what was sent, nor takes back what it allowed.
  logic [HeaderWidth-1:0] header_open;
  logic [DataWidth-1:0]   data_open;
  assign header_open = header_limit_q - header_used_q;
  assign data_open   = data_limit_q - data_used_q;
  HeaderLimitInRange: assert property (@(posedge clk_i) disable iff (!rst_ni)
    header_infinite_q || header_open <= HeaderWidth'(1 << (HeaderWidth - 1)));
  DataLimitInRange: assert property (@(posedge clk_i) disable iff (!rst_ni)
    data_infinite_q || data_open <= DataWidth'(1 << (DataWidth - 1)));
  TakesWhatIsThere: assert property (@(posedge clk_i) disable iff (!rst_ni) take_i |-> enough_o);
  InitOnce: assert property (@(posedge clk_i) disable iff (!rst_ni) init_i |-> !known_q);
  UpdateAfterInit: assert property (@(posedge clk_i) disable iff (!rst_ni) update_i |-> known_q);

endmodule
