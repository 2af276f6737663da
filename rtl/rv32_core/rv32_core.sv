// RV32IM, Zicsr, Zifencei, machine mode: a device's control processor. Fetch reads ahead; execute does one instruction
// after another, in order, with nothing of the next begun before it is sure that this one retires.
//
// Cycles of an instruction, with a memory that takes every request at once and answers in the next cycle: 1; load and
// store 2, multiplication 2, division 34; a jump, a taken branch, mret and fence.i 3; a trap or an interrupt 3 until
// its handler begins (a fault of a load or store 4).
//
// Ports: a request (valid) stands until it is taken (ready); each is answered once (rvalid), with an error or not,
// not before the cycle after that. Data travel in the low bits of a word: size 0, 1, 2 is 1, 2, 4 bytes, addresses are
// multiples of it.
module rv32_core
  import rv32_pkg::*;
(
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [31:0] boot_addr_i,  // a multiple of 4; read in the first cycle after reset
  input  logic [31:0] hart_id_i,

  output logic        instr_valid_o,
  output logic [31:0] instr_addr_o,
  input  logic        instr_ready_i,
  input  logic        instr_rvalid_i,
  input  logic        instr_err_i,
  input  logic [31:0] instr_rdata_i,

  output logic        data_valid_o,
  output logic        data_write_o,
  output logic [1:0]  data_size_o,
  output logic [31:0] data_addr_o,
  output logic [31:0] data_wdata_o,
  input  logic        data_ready_i,
  input  logic        data_rvalid_i,
  input  logic        data_err_i,
  input  logic [31:0] data_rdata_i,

  input  logic        irq_software_i,
  input  logic        irq_timer_i,
  input  logic        irq_external_i,

  // What the cycle before this did to the program: an instruction retired or a trap was entered.
  output logic        trace_valid_o,
  output logic        trace_trap_o,
  output logic [31:0] trace_pc_o,
  output logic [31:0] trace_insn_o,
  output logic [4:0]  trace_rd_o,     // 0: none
  output logic [31:0] trace_value_o,  // of rd; of mtval if it is a trap
  output logic [31:0] trace_cause_o,  // mcause

  output viosim_causes_pkg::cause_e cause_o,
  output logic        quiescent_o     // asleep: nothing changes before an interrupt's wire does
);

  typedef enum logic [5:0] {
    StBoot     = 6'b000001,
    StRun      = 6'b000010,  // an instruction begins, if there is one; most end here
    StRequest  = 6'b000100,  // a load or store asks
    StResponse = 6'b001000,  // a load or store waits for its answer
    StMulDiv   = 6'b010000,
    StSleep    = 6'b100000   // wfi
  } state_e;

  state_e      state_q, state_d;
  logic [31:0] pc_q, next_pc;

  // The instruction at hand
  logic        word_valid, word_err, fetch_idle;
  logic [31:0] word;
  decoded_t    insn;

  logic        redirect, retire, trap, interrupt;
  logic [31:0] redirect_to;

  rv32_fetch u_fetch (
    .clk_i,
    .rst_ni,
    .redirect_i(redirect),
    .target_i(redirect_to),
    .take_i(retire),
    .word_valid_o(word_valid),
    .word_o(word),
    .word_err_o(word_err),
    .idle_o(fetch_idle),
    .instr_valid_o,
    .instr_addr_o,
    .instr_ready_i,
    .instr_rvalid_i,
    .instr_err_i,
    .instr_rdata_i
  );

  rv32_decoder u_decoder (.insn_i(word), .decoded_o(insn));

  // Operands and results
  logic [31:0] rs1, rs2, operand_a, alu_result, address, link, result, load_value;
  logic        branch_taken;

  rv32_regfile u_regfile (
    .clk_i,
    .rst_ni,
    .rs1_i(insn.rs1),
    .rs2_i(insn.rs2),
    .rs1_o(rs1),
    .rs2_o(rs2),
    .write_i(retire),
    .rd_i(insn.rd),
    .value_i(result)
  );

  always_comb begin
    unique case (insn.operand_a)
      OperandPc:   operand_a = pc_q;
      OperandZero: operand_a = '0;
      default:     operand_a = rs1;
    endcase
  end

  rv32_alu u_alu (
    .op_i(insn.alu_op),
    .a_i(operand_a),
    .b_i(insn.operand_b_imm ? insn.imm : rs2),
    .result_o(alu_result),
    .funct3_i(insn.funct3),
    .rs1_i(rs1),
    .rs2_i(rs2),
    .branch_o(branch_taken)
  );

  logic [31:0] sum;
  assign sum = (insn.base_reg ? rs1 : pc_q) + insn.imm;
  assign address = insn.kind == KindJump ? {sum[31:1], 1'b0} : sum;  // of a load or store, or a target
  assign link = pc_q + 32'd4;

  logic        muldiv_start, muldiv_done;
  logic [31:0] muldiv_result;

  rv32_muldiv u_muldiv (
    .clk_i,
    .rst_ni,
    .start_i(muldiv_start),
    .funct3_i(insn.funct3),
    .a_i(rs1),
    .b_i(rs2),
    .done_o(muldiv_done),
    .result_o(muldiv_result)
  );

  logic        csr_illegal, wakes, irq_due;
  logic [4:0]  irq_cause;
  logic [31:0] csr_value, handler, vector, mepc;
  exception_e  exception;
  logic [31:0] tval;

  rv32_csr u_csr (
    .clk_i,
    .rst_ni,
    .hart_id_i,
    .irq_software_i,
    .irq_timer_i,
    .irq_external_i,
    .number_i(word[31:20]),
    .funct3_i(insn.funct3),
    .rs1_i(insn.rs1),
    .rs1_value_i(rs1),
    .value_o(csr_value),
    .illegal_o(csr_illegal),
    .access_i(retire && insn.kind == KindCsr),
    .count_cycle_i(state_q != StSleep),
    .count_instruction_i(retire),
    .trap_i(trap),
    .interrupt_i(interrupt),
    .mret_i(retire && insn.kind == KindMret),
    .cause_i(exception),
    .tval_i(tval),
    .pc_i(pc_q),
    .wakes_o(wakes),
    .irq_due_o(irq_due),
    .irq_cause_o(irq_cause),
    .handler_o(handler),
    .vector_o(vector),
    .mepc_o(mepc)
  );

  always_comb begin
    unique case (insn.funct3)
      3'b000:  load_value = {{24{data_rdata_i[7]}}, data_rdata_i[7:0]};
      3'b001:  load_value = {{16{data_rdata_i[15]}}, data_rdata_i[15:0]};
      3'b100:  load_value = {24'b0, data_rdata_i[7:0]};
      3'b101:  load_value = {16'b0, data_rdata_i[15:0]};
      default: load_value = data_rdata_i;
    endcase
  end

  always_comb begin
    unique case (insn.kind)
      KindMulDiv: result = muldiv_result;
      KindLoad:   result = load_value;
      KindJump:   result = link;
      KindCsr:    result = csr_value;
      default:    result = alu_result;
    endcase
  end

  // Where the program goes on
  logic jumps;

  always_comb begin
    jumps = 1'b1;
    next_pc = address;
    unique case (insn.kind)
      KindJump: ;
      KindBranch: begin
        jumps = branch_taken;
        if (!branch_taken) next_pc = link;
      end
      KindMret: next_pc = mepc;
      KindFenceI: next_pc = link;
      default: begin
        jumps = 1'b0;
        next_pc = link;
      end
    endcase
  end

  // What forbids the instruction at hand, known before it does anything
  logic faulty, misaligned;
  assign misaligned = (insn.funct3[0] && address[0]) || (insn.funct3[1] && address[1:0] != 2'b00);

  always_comb begin
    faulty = 1'b0;
    exception = ExcIllegal;
    tval = address;
    if (state_q == StResponse) begin  // if its answer is an error
      exception = insn.kind == KindStore ? ExcStoreFault : ExcLoadFault;
    end else if (word_err) begin
      faulty = 1'b1;
      exception = ExcFetchFault;
      tval = pc_q;
    end else begin
      unique case (insn.kind)
        KindJump, KindBranch: begin
          faulty = jumps && address[1];
          exception = ExcFetchMisaligned;
        end
        KindLoad: begin
          faulty = misaligned;
          exception = ExcLoadMisaligned;
        end
        KindStore: begin
          faulty = misaligned;
          exception = ExcStoreMisaligned;
        end
        KindCsr: begin
          faulty = csr_illegal;
          tval = word;
        end
        KindEcall: begin
          faulty = 1'b1;
          exception = ExcEcall;
          tval = '0;
        end
        KindEbreak: begin
          faulty = 1'b1;
          exception = ExcBreakpoint;
          tval = pc_q;
        end
        KindIllegal: begin
          faulty = 1'b1;
          tval = word;
        end
        default: ;
      endcase
    end
  end

  // One instruction after another
  logic is_memory;
  assign is_memory = insn.kind == KindLoad || insn.kind == KindStore;
  assign data_write_o = insn.kind == KindStore;
  assign data_size_o = insn.funct3[1:0];
  assign data_addr_o = address;
  assign data_wdata_o = rs2;

  always_comb begin
    state_d = StRun;
    retire = 1'b0;
    trap = 1'b0;
    interrupt = 1'b0;
    data_valid_o = 1'b0;
    muldiv_start = 1'b0;
    unique case (state_q)
      StRun: begin
        if (irq_due) begin
          interrupt = 1'b1;
        end else if (word_valid && faulty) begin
          trap = 1'b1;
        end else if (word_valid && is_memory) begin
          data_valid_o = 1'b1;
          state_d = data_ready_i ? StResponse : StRequest;
        end else if (word_valid && insn.kind == KindMulDiv) begin
          muldiv_start = 1'b1;
          state_d = StMulDiv;
        end else if (word_valid) begin
          retire = 1'b1;
          if (insn.kind == KindWfi && !wakes) state_d = StSleep;
        end
      end
      StRequest: begin
        data_valid_o = 1'b1;
        state_d = data_ready_i ? StResponse : StRequest;
      end
      StResponse: begin
        retire = data_rvalid_i && !data_err_i;
        trap = data_rvalid_i && data_err_i;
        if (!data_rvalid_i) state_d = StResponse;
      end
      StMulDiv: begin
        retire = muldiv_done;
        if (!muldiv_done) state_d = StMulDiv;
      end
      StSleep: if (!wakes) state_d = StSleep;
      default: ;  // StBoot
    endcase
  end

  always_comb begin
    redirect = 1'b1;
    redirect_to = next_pc;
    if (state_q == StBoot) redirect_to = boot_addr_i;
    else if (interrupt) redirect_to = vector;
    else if (trap) redirect_to = handler;
    else redirect = retire && jumps;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= StBoot;
      pc_q    <= '0;
    end else begin
      state_q <= state_d;
      if (redirect) pc_q <= redirect_to;
      else if (retire) pc_q <= next_pc;
    end
  end

  // What the clock's owner hears. A memory may answer later than in the cycle after the request: what it does in that
  // time is its own to tell, and the core does nothing.
  logic waited_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) waited_q <= 1'b0;
    else waited_q <= state_q == StResponse && !data_rvalid_i;
  end

  assign cause_o = state_q == StSleep || state_q == StRequest || waited_q ?
                   viosim_causes_pkg::NoCause : viosim_causes_pkg::Execute;
  assign quiescent_o = state_q == StSleep && !wakes && fetch_idle;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      trace_valid_o <= 1'b0;
      trace_trap_o  <= 1'b0;
      trace_pc_o    <= '0;
      trace_insn_o  <= '0;
      trace_rd_o    <= '0;
      trace_value_o <= '0;
      trace_cause_o <= '0;
    end else begin
      trace_valid_o <= retire | trap | interrupt;
      trace_trap_o  <= trap | interrupt;
      trace_pc_o    <= pc_q;
      trace_insn_o  <= interrupt || word_err ? '0 : word;
      trace_rd_o    <= retire ? insn.rd : '0;
      trace_value_o <= retire ? result : interrupt ? '0 : tval;
      trace_cause_o <= interrupt ? {1'b1, 26'b0, irq_cause} : {27'b0, exception};
    end
  end

  OneState: assert property (@(posedge clk_i) disable iff (!rst_ni) $onehot(state_q));
  OneOutcome: assert property (@(posedge clk_i) disable iff (!rst_ni)
      $onehot0({retire, trap, interrupt}));
  AlignedProgram: assert property (@(posedge clk_i) disable iff (!rst_ni) pc_q[1:0] == 2'b00);
  StableRequest: assert property (@(posedge clk_i) disable iff (!rst_ni)
      data_valid_o && !data_ready_i |=> data_valid_o && $stable(data_write_o) &&
      $stable(data_size_o) && $stable(data_addr_o) && $stable(data_wdata_o));
  AlignedRequest: assert property (@(posedge clk_i) disable iff (!rst_ni)
      data_valid_o |-> !misaligned);
  QuiescentStays: assert property (@(posedge clk_i) disable iff (!rst_ni)
      quiescent_o && !wakes |=> state_q == StSleep && fetch_idle);
  // What the memory promises
  NoAnswerWithoutRequest: assert property (@(posedge clk_i) disable iff (!rst_ni)
      data_rvalid_i |-> state_q == StResponse);

endmodule
