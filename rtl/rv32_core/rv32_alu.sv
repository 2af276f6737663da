// Arithmetic, logic and shifts in one cycle, and what a branch asks about its two registers.
module rv32_alu
  import rv32_pkg::*;
(
  input  alu_op_e     op_i,
  input  logic [31:0] a_i,
  input  logic [31:0] b_i,
  output logic [31:0] result_o,

  input  logic [2:0]  funct3_i,  // of a branch
  input  logic [31:0] rs1_i,
  input  logic [31:0] rs2_i,
  output logic        branch_o   // it is taken
);

  always_comb begin
    unique case (op_i)
      AluAdd:  result_o = a_i + b_i;
      AluSub:  result_o = a_i - b_i;
      AluSll:  result_o = a_i << b_i[4:0];
      AluSlt:  result_o = {31'b0, $signed(a_i) < $signed(b_i)};
      AluSltu: result_o = {31'b0, a_i < b_i};
      AluXor:  result_o = a_i ^ b_i;
      AluSrl:  result_o = a_i >> b_i[4:0];
      AluSra:  result_o = $unsigned($signed(a_i) >>> b_i[4:0]);
      AluOr:   result_o = a_i | b_i;
      default: result_o = a_i & b_i;
    endcase
  end

  logic test;

  always_comb begin
    unique case (funct3_i[2:1])
      2'b10:   test = $signed(rs1_i) < $signed(rs2_i);
      2'b11:   test = rs1_i < rs2_i;
      default: test = rs1_i == rs2_i;
    endcase
  end

  assign branch_o = test ^ funct3_i[0];

endmodule
