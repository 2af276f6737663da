// Types that the files of rv32_core share: what an instruction is once it is decoded, why a program is left.
package rv32_pkg;

  typedef enum logic [3:0] {
    AluAdd, AluSub, AluSll, AluSlt, AluSltu, AluXor, AluSrl, AluSra, AluOr, AluAnd
  } alu_op_e;

  typedef enum logic [3:0] {
    KindAlu,  // one operation of the ALU; fence too, which has nothing to do and no destination
    KindMulDiv,
    KindLoad,
    KindStore,
    KindJump,  // jal and jalr
    KindBranch,
    KindCsr,
    KindEcall,
    KindEbreak,
    KindMret,
    KindWfi,
    KindFenceI,
    KindIllegal
  } kind_e;

  typedef enum logic [1:0] {OperandReg, OperandPc, OperandZero} operand_e;

  typedef struct packed {
    kind_e       kind;
    alu_op_e     alu_op;
    operand_e    operand_a;
    logic        operand_b_imm;
    logic        base_reg;   // addresses and targets count from rs1, not from the pc
    logic [31:0] imm;
    logic [4:0]  rd;         // 0: none
    logic [4:0]  rs1;
    logic [4:0]  rs2;
    logic [2:0]  funct3;
  } decoded_t;

  // mcause of the privileged specification, without the bit that says interrupt.
  typedef enum logic [4:0] {
    ExcFetchMisaligned = 5'd0,
    ExcFetchFault      = 5'd1,
    ExcIllegal         = 5'd2,
    ExcBreakpoint      = 5'd3,
    ExcLoadMisaligned  = 5'd4,
    ExcLoadFault       = 5'd5,
    ExcStoreMisaligned = 5'd6,
    ExcStoreFault      = 5'd7,
    ExcEcall           = 5'd11
  } exception_e;

  parameter int unsigned IrqSoftware = 3;
  parameter int unsigned IrqTimer = 7;
  parameter int unsigned IrqExternal = 11;

endpackage
