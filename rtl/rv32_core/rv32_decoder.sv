// Takes an instruction word apart: RV32IM, Zicsr, Zifencei, mret and wfi; every other word is illegal.
module rv32_decoder
  import rv32_pkg::*;
(
  input  logic [31:0] insn_i,
  output decoded_t    decoded_o
);

  logic [6:0] opcode, funct7;
  logic [2:0] funct3;
  logic [31:0] imm_i, imm_s, imm_b, imm_u, imm_j;

  assign opcode = insn_i[6:0];
  assign funct3 = insn_i[14:12];
  assign funct7 = insn_i[31:25];

  assign imm_i = {{20{insn_i[31]}}, insn_i[31:20]};
  assign imm_s = {{20{insn_i[31]}}, insn_i[31:25], insn_i[11:7]};
  assign imm_b = {{19{insn_i[31]}}, insn_i[31], insn_i[7], insn_i[30:25], insn_i[11:8], 1'b0};
  assign imm_u = {insn_i[31:12], 12'b0};
  assign imm_j = {{11{insn_i[31]}}, insn_i[31], insn_i[19:12], insn_i[20], insn_i[30:21], 1'b0};

  // The operation of an ALU instruction; `alternative` is bit 30: subtract, and shift with the sign.
  function automatic alu_op_e alu_op(logic [2:0] f3, logic alternative);
    unique case (f3)
      3'b000: return alternative ? AluSub : AluAdd;
      3'b001: return AluSll;
      3'b010: return AluSlt;
      3'b011: return AluSltu;
      3'b100: return AluXor;
      3'b101: return alternative ? AluSra : AluSrl;
      3'b110: return AluOr;
      3'b111: return AluAnd;
    endcase
  endfunction

  always_comb begin
    decoded_o = '{
        kind: KindIllegal,
        alu_op: AluAdd,
        operand_a: OperandReg,
        operand_b_imm: 1'b1,
        base_reg: 1'b0,
        imm: imm_i,
        rd: insn_i[11:7],
        rs1: insn_i[19:15],
        rs2: insn_i[24:20],
        funct3: funct3
    };

    unique case (opcode)
      7'h37: begin  // lui
        decoded_o.kind = KindAlu;
        decoded_o.operand_a = OperandZero;
        decoded_o.imm = imm_u;
      end
      7'h17: begin  // auipc
        decoded_o.kind = KindAlu;
        decoded_o.operand_a = OperandPc;
        decoded_o.imm = imm_u;
      end
      7'h6f: begin  // jal
        decoded_o.kind = KindJump;
        decoded_o.imm = imm_j;
      end
      7'h67: begin  // jalr
        if (funct3 == 3'b000) decoded_o.kind = KindJump;
        decoded_o.base_reg = 1'b1;
      end
      7'h63: begin  // branches; 010 and 011 are none
        if (funct3[2:1] != 2'b01) decoded_o.kind = KindBranch;
        decoded_o.imm = imm_b;
        decoded_o.rd = '0;
      end
      7'h03: begin  // loads: lb lh lw lbu lhu
        if (funct3[1:0] != 2'b11 && funct3 != 3'b110) decoded_o.kind = KindLoad;
        decoded_o.base_reg = 1'b1;
      end
      7'h23: begin  // stores: sb sh sw
        if (funct3 < 3'b011) decoded_o.kind = KindStore;
        decoded_o.base_reg = 1'b1;
        decoded_o.imm = imm_s;
        decoded_o.rd = '0;
      end
      7'h13: begin
        // The upper bits of a shift's immediate say which shift it is.
        if (funct3[1:0] != 2'b01 || funct7 == 7'h00 || (funct3[2] && funct7 == 7'h20)) begin
          decoded_o.kind = KindAlu;
        end
        decoded_o.alu_op = alu_op(funct3, funct3[1:0] == 2'b01 && funct7[5]);
      end
      7'h33: begin
        decoded_o.operand_b_imm = 1'b0;
        decoded_o.alu_op = alu_op(funct3, funct7[5]);
        if (funct7 == 7'h00 || (funct7 == 7'h20 && funct3[1:0] == {1'b0, funct3[2]})) begin
          decoded_o.kind = KindAlu;
        end else if (funct7 == 7'h01) begin
          decoded_o.kind = KindMulDiv;
        end
      end
      7'h0f: begin  // fence, whose reserved fields are ignored, and fence.i
        decoded_o.rd = '0;
        if (funct3 == 3'b000) decoded_o.kind = KindAlu;
        else if (funct3 == 3'b001) decoded_o.kind = KindFenceI;
      end
      7'h73: begin
        if (funct3[1:0] != 2'b00) begin
          decoded_o.kind = KindCsr;
        end else begin
          decoded_o.rd = '0;
          unique case (insn_i)
            32'h0000_0073: decoded_o.kind = KindEcall;
            32'h0010_0073: decoded_o.kind = KindEbreak;
            32'h3020_0073: decoded_o.kind = KindMret;
            32'h1050_0073: decoded_o.kind = KindWfi;
            default: decoded_o.kind = KindIllegal;
          endcase
        end
      end
      default: decoded_o.kind = KindIllegal;
    endcase
  end

endmodule
