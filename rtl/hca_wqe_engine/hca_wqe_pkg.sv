// What the pieces of the WQE engine hand each other. The WQE's layout is models/protocols/hca_abi.h's (mlx4).
package hca_wqe_pkg;
  typedef enum logic [7:0] {
    OpNop       = 8'h00,
    OpRdmaWrite = 8'h08,
    OpSend      = 8'h0a,
    OpRdmaRead  = 8'h10,
    OpAtomicCs  = 8'h11,
    OpAtomicFa  = 8'h12
  } opcode_e;

  // Syndromes of an error CQE that a WQE earns by its form.
  typedef enum logic [7:0] {
    SynNone             = 8'h00,
    SynLocalLength      = 8'h01,
    SynLocalQpOperation = 8'h02
  } syndrome_e;

  // How a message is cut: into packets of the MTU, or not at all.
  typedef enum logic {
    KindCut   = 1'b0,
    KindWhole = 1'b1   // reads, atomics, nothing to send, malformed
  } kind_e;

  // A WQE as far as it was parsed.
  typedef struct packed {
    opcode_e     opcode;
    logic        signaled;
    logic [63:0] remote_address;
    logic [31:0] rkey;
    logic [63:0] swap_or_add;
    logic [63:0] compare;
    logic [5:0]  units;       // its length in segments of 16 bytes
    logic [5:0]  data_at;     // the first data segment
    logic        is_inline;
    logic [37:0] length;      // bytes so far
    syndrome_e   error;
  } wqe_t;

  // Four segments of a beat: which hold inline data behind their first word, and how much.
  typedef struct packed {
    logic [3:0]      valid;
    logic [3:0][5:0] length;
  } inline_t;

  localparam logic [31:0] ZeroLength = 32'h8000_0000;
  localparam logic [37:0] Longest = 38'd1 << 30;
endpackage
