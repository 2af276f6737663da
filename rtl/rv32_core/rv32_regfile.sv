// The 31 registers, read at once, written at the end of the cycle. x0 is zero.
module rv32_regfile (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [4:0]  rs1_i,
  input  logic [4:0]  rs2_i,
  output logic [31:0] rs1_o,
  output logic [31:0] rs2_o,
  input  logic        write_i,
  input  logic [4:0]  rd_i,
  input  logic [31:0] value_i
);

  logic [31:0] x_q[32];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      x_q <= '{default: '0};
    end else if (write_i && rd_i != '0) begin
      x_q[rd_i] <= value_i;
    end
  end

  assign rs1_o = x_q[rs1_i];
  assign rs2_o = x_q[rs2_i];

  ZeroIsZero: assert property (@(posedge clk_i) disable iff (!rst_ni) rs1_i == '0 |-> rs1_o == '0);

endmodule
