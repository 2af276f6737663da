// Multiplication in one cycle after its start, division a bit a cycle and then its sign.
// `done_o` comes 1 cycle after `start_i` for mul, mulh, mulhsu and mulhu, and 33 for div, divu, rem and remu, whatever
// the operands are. Nothing traps: a division by zero answers all ones and the dividend as the rest.
module rv32_muldiv (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        start_i,
  input  logic [2:0]  funct3_i,
  input  logic [31:0] a_i,
  input  logic [31:0] b_i,
  output logic        done_o,
  output logic [31:0] result_o
);

  logic        divides_q, upper_q, busy_q;  // upper: the upper half of a product, the rest of a division
  logic [5:0]  steps_q;
  logic [32:0] a_q, b_q;                    // operands of a multiplication, with their sign
  logic [31:0] quotient_q, rest_q, divisor_q;
  logic        negate_quotient_q, negate_rest_q;

  // Multiplication
  logic signed [65:0] product;
  assign product = $signed(a_q) * $signed(b_q);

  // Division: the dividend leaves quotient_q at its top while the quotient enters below.
  logic [32:0] trial;
  assign trial = {rest_q, quotient_q[31]} - {1'b0, divisor_q};

  logic a_signed, b_signed;
  assign a_signed = funct3_i[2] ? !funct3_i[0] : funct3_i[1:0] != 2'b11;
  assign b_signed = funct3_i[2] ? !funct3_i[0] : !funct3_i[1];

  logic a_negative, b_negative;
  assign a_negative = a_signed & a_i[31];
  assign b_negative = b_signed & b_i[31];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q            <= 1'b0;
      divides_q         <= 1'b0;
      upper_q           <= 1'b0;
      steps_q           <= '0;
      a_q               <= '0;
      b_q               <= '0;
      quotient_q        <= '0;
      rest_q            <= '0;
      divisor_q         <= '0;
      negate_quotient_q <= 1'b0;
      negate_rest_q     <= 1'b0;
    end else if (start_i) begin
      busy_q            <= 1'b1;
      divides_q         <= funct3_i[2];
      upper_q           <= funct3_i[2] ? funct3_i[1] : funct3_i[1:0] != 2'b00;
      steps_q           <= funct3_i[2] ? 6'd32 : 6'd0;
      a_q               <= {a_negative, a_i};
      b_q               <= {b_negative, b_i};
      quotient_q        <= a_negative ? -a_i : a_i;
      rest_q            <= '0;
      divisor_q         <= b_negative ? -b_i : b_i;
      negate_quotient_q <= (a_negative ^ b_negative) && b_i != '0;
      negate_rest_q     <= a_negative;
    end else if (steps_q != '0) begin
      steps_q    <= steps_q - 6'd1;
      rest_q     <= trial[32] ? {rest_q[30:0], quotient_q[31]} : trial[31:0];
      quotient_q <= {quotient_q[30:0], !trial[32]};
    end else begin
      busy_q <= 1'b0;
    end
  end

  assign done_o = busy_q && steps_q == '0;

  always_comb begin
    if (!divides_q) begin
      result_o = upper_q ? product[63:32] : product[31:0];
    end else if (upper_q) begin
      result_o = negate_rest_q ? -rest_q : rest_q;
    end else begin
      result_o = negate_quotient_q ? -quotient_q : quotient_q;
    end
  end

  // Bits 65 and 64 of a product of 33 bits repeat its sign.
  logic unused_product;
  assign unused_product = ^product[65:64];

  StartWhileIdle: assert property (@(posedge clk_i) disable iff (!rst_ni) start_i |-> !busy_q);

endmodule
