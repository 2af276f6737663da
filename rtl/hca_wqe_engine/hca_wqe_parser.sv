// Parses a WQE beat by beat (64 bytes, four segments): combinational; who calls it keeps `wqe` between beats.
// Every length and count in a WQE may be hostile: nothing here trusts one before it is compared.
module hca_wqe_parser
  import hca_wqe_pkg::*;
(
  input  logic [63:0][7:0] beat_i,       // byte 0 first
  input  logic             first_i,      // the WQE's first beat
  input  logic [5:0]       beat_no_i,
  input  logic [6:0]       room_i,       // segments of the stride, or of the post
  input  wqe_t             wqe_i,        // what the beats before gave
  output wqe_t             wqe_o,
  output inline_t          inline_o,
  output logic             done_o,       // this was its last beat
  output logic             owner_o       // the parity bit; in the first beat
);

  function automatic logic [31:0] word(input logic [63:0][7:0] beat, input logic [5:0] at);
    return {beat[at], beat[at + 6'd1], beat[at + 6'd2], beat[at + 6'd3]};
  endfunction

  assign owner_o = beat_i[0][7];

  // The control, remote address and atomic segments.
  wqe_t head;
  logic known, atomic, response;
  logic [2:0] headers;

  always_comb begin
    head = '0;
    head.opcode = opcode_e'(beat_i[3]);
    head.signaled = beat_i[11][3:2] != 2'b00;
    head.units = beat_i[7][5:0];
    head.error = SynNone;
    known = 1'b1;
    unique case (head.opcode)
      OpNop, OpSend:          headers = 3'd1;
      OpRdmaWrite, OpRdmaRead: headers = 3'd2;
      OpAtomicCs, OpAtomicFa: headers = 3'd3;
      default: begin
        headers = 3'd1;
        known = 1'b0;
      end
    endcase
    head.data_at = {3'b0, headers};
    if (headers > 3'd1) begin
      head.remote_address = {word(beat_i, 6'd16), word(beat_i, 6'd20)};
      head.rkey = word(beat_i, 6'd24);
    end
    if (headers > 3'd2) begin
      head.swap_or_add = {word(beat_i, 6'd32), word(beat_i, 6'd36)};
      head.compare = {word(beat_i, 6'd40), word(beat_i, 6'd44)};
    end
    if (!known || {1'b0, head.units} > room_i || (head.opcode != OpNop && head.units < head.data_at)) begin
      head.error = SynLocalQpOperation;
    end
  end

  opcode_e opcode;
  assign opcode = first_i ? head.opcode : wqe_i.opcode;
  assign atomic = opcode inside {OpAtomicCs, OpAtomicFa};
  assign response = atomic || opcode == OpRdmaRead;

  // The data segments of this beat.
  logic [2:0]  place;     // of the next header in this beat; 4: beyond
  logic [7:0]  segment;
  logic [31:0] count;
  logic [7:0]  limit;     // first segment beyond this beat's, or the WQE's end
  logic [8:0]  space;     // bytes from an inline header's end to the limit

  always_comb begin
    wqe_o = first_i ? head : wqe_i;
    inline_o = '0;
    place = first_i ? wqe_o.data_at[2:0] : 3'd0;
    limit = {beat_no_i, 2'd0} + 8'd4;
    if (limit > {2'b0, wqe_o.units}) limit = {2'b0, wqe_o.units};
    count = '0;
    segment = '0;
    space = '0;
    if (wqe_o.error == SynNone && opcode != OpNop) begin
      for (int unsigned k = 0; k < 4; k++) begin
        segment = {beat_no_i, 2'd0} + 8'(k);
        if (place == 3'(k) && segment < limit && wqe_o.error == SynNone) begin
          count = word(beat_i, 6'(k * 16));
          if (segment == {2'b0, wqe_o.data_at} && count[31]) begin
            wqe_o.is_inline = 1'b1;
            if (response && count != ZeroLength) wqe_o.error = SynLocalQpOperation;
          end
          if (wqe_o.is_inline) begin
            space = {5'(limit - segment), 4'd0} - 9'd4;
            if (!count[31] || {1'b0, count[30:0]} > {23'd0, space}) begin
              wqe_o.error = SynLocalQpOperation;
            end else begin
              inline_o.valid[k] = 1'b1;
              inline_o.length[k] = count[5:0];
              wqe_o.length = wqe_o.length + 38'(count[5:0]);
              place = 3'(k) + 3'((7'(count[5:0]) + 7'd19) >> 4);
            end
          end else begin
            place = 3'(k) + 3'd1;
            if (count[31] && count != ZeroLength) wqe_o.error = SynLocalQpOperation;
            else if (count == '0) wqe_o.length = wqe_o.length + (38'd1 << 31);
            else wqe_o.length = wqe_o.length + {7'd0, count[30:0]};
          end
        end
      end
    end
    if (wqe_o.error != SynNone) wqe_o.length = '0;
    done_o = wqe_o.error != SynNone || opcode == OpNop || {beat_no_i, 2'd0} + 8'd4 >= {2'b0, wqe_o.units};
    if (done_o && wqe_o.error == SynNone) begin
      if (!wqe_o.is_inline && wqe_o.length > Longest) begin
        wqe_o.error = SynLocalLength;
        wqe_o.length = '0;
      end else if (atomic && (wqe_o.length != 38'd8 || wqe_o.is_inline)) begin
        wqe_o.error = SynLocalLength;
      end
    end
  end

endmodule
