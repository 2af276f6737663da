// Round robin: of those that want, the nearest behind the one whose turn it was; that one itself is the last.
module hca_wqe_turn #(
  parameter int unsigned Slots = 32,
  localparam int unsigned SlotW = $clog2(Slots)
) (
  input  logic [Slots-1:0] want_i,
  input  logic [SlotW-1:0] turn_i,
  output logic [SlotW-1:0] next_o   // turn_i if nobody wants
);
  always_comb begin
    next_o = turn_i;
    for (int unsigned i = Slots; i >= 1; i--) begin
      if (want_i[turn_i + SlotW'(i)]) next_o = turn_i + SlotW'(i);
    end
  end
endmodule
