// Control and status registers of a hart with machine mode only, and what traps do to them. Fields that hold only some
// values keep to those; registers that may be zero are.
module rv32_csr
  import rv32_pkg::*;
(
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [31:0] hart_id_i,
  input  logic        irq_software_i,
  input  logic        irq_timer_i,
  input  logic        irq_external_i,

  // An instruction of Zicsr: what it reads and whether it may; it writes when it retires.
  input  logic [11:0] number_i,
  input  logic [2:0]  funct3_i,
  input  logic [4:0]  rs1_i,
  input  logic [31:0] rs1_value_i,
  output logic [31:0] value_o,
  output logic        illegal_o,
  input  logic        access_i,

  input  logic        count_cycle_i,
  input  logic        count_instruction_i,

  // At most one of the three
  input  logic        trap_i,
  input  logic        interrupt_i,
  input  logic        mret_i,
  input  exception_e  cause_i,
  input  logic [31:0] tval_i,
  input  logic [31:0] pc_i,

  output logic        wakes_o,      // pending and enabled by itself, whatever mstatus says
  output logic        irq_due_o,
  output logic [4:0]  irq_cause_o,
  output logic [31:0] handler_o,    // of a trap
  output logic [31:0] vector_o,     // of the interrupt that is due
  output logic [31:0] mepc_o
);

  localparam logic [31:0] Misa = 32'h4000_1100;  // RV32, I and M
  localparam logic [31:0] Lines = (32'd1 << IrqSoftware) | (32'd1 << IrqTimer) | (32'd1 << IrqExternal);

  logic        mie_q, mpie_q;
  logic [31:0] enable_q, mtvec_q, mscratch_q, mepc_q, mcause_q, mtval_q;
  logic [63:0] cycle_q, instret_q;

  logic [31:0] mip, due;
  assign mip = (32'(irq_software_i) << IrqSoftware) | (32'(irq_timer_i) << IrqTimer) |
               (32'(irq_external_i) << IrqExternal);
  assign due = mip & enable_q;
  assign wakes_o = due != '0;
  assign irq_due_o = mie_q & wakes_o;
  assign irq_cause_o = due[IrqExternal] ? 5'(IrqExternal) :
                       due[IrqSoftware] ? 5'(IrqSoftware) : 5'(IrqTimer);
  assign handler_o = {mtvec_q[31:2], 2'b00};
  assign vector_o = handler_o + (mtvec_q[0] ? {25'b0, irq_cause_o, 2'b00} : 32'd0);
  assign mepc_o = mepc_q;

  // Reading
  logic exists;

  always_comb begin
    exists = 1'b1;
    value_o = '0;
    unique case (number_i) inside
      12'h300: value_o = {19'b0, 2'b11, 3'b0, mpie_q, 3'b0, mie_q, 3'b0};
      12'h301: value_o = Misa;
      12'h304: value_o = enable_q;
      12'h305: value_o = mtvec_q;
      12'h340: value_o = mscratch_q;
      12'h341: value_o = mepc_q;
      12'h342: value_o = mcause_q;
      12'h343: value_o = mtval_q;
      12'h344: value_o = mip;
      12'hb00: value_o = cycle_q[31:0];
      12'hb80: value_o = cycle_q[63:32];
      12'hb02: value_o = instret_q[31:0];
      12'hb82: value_o = instret_q[63:32];
      12'hf14: value_o = hart_id_i;
      // mstatush, mcountinhibit, mhpmevent and mhpmcounter, identification: zero
      12'h310, 12'h320, [12'h323:12'h33f], [12'hb03:12'hb1f], [12'hb83:12'hb9f],
      [12'hf11:12'hf13], 12'hf15: value_o = '0;
      default: exists = 1'b0;
    endcase
  end

  // Writing
  logic        write;
  logic [31:0] operand, next;

  assign write = funct3_i[1:0] == 2'b01 || rs1_i != '0;  // a set or clear of nothing is a read
  assign illegal_o = !exists || (write && number_i[11:10] == 2'b11);
  assign operand = funct3_i[2] ? {27'b0, rs1_i} : rs1_value_i;

  always_comb begin
    unique case (funct3_i[1:0])
      2'b10:   next = value_o | operand;
      2'b11:   next = value_o & ~operand;
      default: next = operand;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      mie_q      <= 1'b0;
      mpie_q     <= 1'b0;
      enable_q   <= '0;
      mtvec_q    <= '0;
      mscratch_q <= '0;
      mepc_q     <= '0;
      mcause_q   <= '0;
      mtval_q    <= '0;
    end else if (trap_i || interrupt_i) begin
      mie_q    <= 1'b0;
      mpie_q   <= mie_q;
      mepc_q   <= pc_i;
      mcause_q <= interrupt_i ? {1'b1, 26'b0, irq_cause_o} : {27'b0, cause_i};
      mtval_q  <= interrupt_i ? '0 : tval_i;
    end else if (mret_i) begin
      mie_q  <= mpie_q;
      mpie_q <= 1'b1;
    end else if (access_i && write) begin
      unique case (number_i)
        12'h300: begin
          mie_q  <= next[3];
          mpie_q <= next[7];
        end
        12'h304: enable_q   <= next & Lines;
        12'h305: mtvec_q    <= next & ~32'd2;  // modes 2 and 3 do not exist
        12'h340: mscratch_q <= next;
        12'h341: mepc_q     <= next & ~32'd3;
        12'h342: mcause_q   <= next & 32'h8000_001f;
        12'h343: mtval_q    <= next;
        default: ;  // the counters, below; the rest holds what it holds
      endcase
    end
  end

  // The counters. What is written is what the next instruction reads.
  logic        write_counter;
  logic [63:0] cycle_next, instret_next;

  assign write_counter = access_i && write;
  assign cycle_next = cycle_q + 64'(count_cycle_i);
  assign instret_next = instret_q + 64'(count_instruction_i);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      cycle_q   <= '0;
      instret_q <= '0;
    end else begin
      cycle_q[31:0]    <= write_counter && number_i == 12'hb00 ? next : cycle_next[31:0];
      cycle_q[63:32]   <= write_counter && number_i == 12'hb80 ? next : cycle_next[63:32];
      instret_q[31:0]  <= write_counter && number_i == 12'hb02 ? next : instret_next[31:0];
      instret_q[63:32] <= write_counter && number_i == 12'hb82 ? next : instret_next[63:32];
    end
  end

  OneChange: assert property (@(posedge clk_i) disable iff (!rst_ni)
      $onehot0({trap_i, interrupt_i, mret_i, access_i}));
  NoInterruptUnlessDue: assert property (@(posedge clk_i) disable iff (!rst_ni)
      interrupt_i |-> irq_due_o);
  LegalAccess: assert property (@(posedge clk_i) disable iff (!rst_ni) access_i |-> !illegal_o);

endmodule
