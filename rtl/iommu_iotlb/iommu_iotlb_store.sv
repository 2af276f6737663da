// The entries: sets of ways with true least-recently-used replacement. A look-up compares every level of page at once; an
// invalidation goes through the sets, one a cycle.
module iommu_iotlb_store
  import iommu_iotlb_pkg::*;
#(
  parameter int unsigned Sets = 64,
  parameter int unsigned Ways = 16,
  localparam int unsigned SetWidth = $clog2(Sets),
  localparam int unsigned WayWidth = $clog2(Ways)
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic [SetWidth-1:0] set_mask_i,   // sets in use, less 1
  input  logic [WayWidth-1:0] last_way_i,   // ways in use, less 1

  input  domain_t             domain_i,     // look-up
  input  page_t               page_i,
  output logic                hit_o,
  output logic [63:0]         entry_o,
  output level_t              level_o,
  input  logic                touch_i,      // the hit becomes the most recently used

  input  logic                fill_i,
  input  domain_t             fill_domain_i,
  input  page_t               fill_page_i,
  input  level_t              fill_level_i,
  input  logic [63:0]         fill_entry_i,

  input  logic                clear_i,      // all entries
  input  logic                purge_i,      // of one set, those of the domain that touch the pages first to last
  input  logic [SetWidth-1:0] purge_set_i,
  input  domain_t             purge_domain_i,
  input  page_t               purge_first_i,
  input  page_t               purge_last_i
);

  typedef struct packed {
    domain_t     domain;
    level_t      level;
    page_t       number;
    logic [63:0] entry;
  } line_t;

  logic [Sets-1:0][Ways-1:0]               valid_q;
  logic [Sets-1:0][Ways-1:0][WayWidth-1:0] age_q;    // of a set's ways in use: 0 is the most recently used
  line_t                                   line_q [Sets][Ways];

  // Look-up.
  logic [SetWidth-1:0] hit_set;
  logic [WayWidth-1:0] hit_way;
  always_comb begin
    hit_o   = 1'b0;
    entry_o = '0;
    level_o = '0;
    hit_set = '0;
    hit_way = '0;
    for (int unsigned l = Levels; l > 0; l--) begin  // the smallest page wins
      automatic level_t level = level_t'(l - 1);
      automatic page_t number = number_of(page_i, level);
      automatic logic [SetWidth-1:0] set = number[SetWidth-1:0] & set_mask_i;
      for (int unsigned w = 0; w < Ways; w++) begin
        if (valid_q[set][w] && line_q[set][w].domain == domain_i && line_q[set][w].level == level &&
            line_q[set][w].number == number) begin
          hit_o   = 1'b1;
          entry_o = line_q[set][w].entry;
          level_o = level;
          hit_set = set;
          hit_way = WayWidth'(w);
        end
      end
    end
  end

  // The place of a fill: the page's own, if it is there already; else a free one; else the oldest.
  page_t               fill_number;
  logic [SetWidth-1:0] fill_set;
  logic [WayWidth-1:0] fill_way;
  always_comb begin
    fill_number = number_of(fill_page_i, fill_level_i);
    fill_set    = fill_number[SetWidth-1:0] & set_mask_i;
    fill_way    = '0;
    for (int unsigned w = 0; w < Ways; w++)
      if (age_q[fill_set][w] == last_way_i && WayWidth'(w) <= last_way_i) fill_way = WayWidth'(w);
    for (int unsigned w = 0; w < Ways; w++)
      if (!valid_q[fill_set][w] && WayWidth'(w) <= last_way_i) fill_way = WayWidth'(w);
    for (int unsigned w = 0; w < Ways; w++)
      if (valid_q[fill_set][w] && line_q[fill_set][w].domain == fill_domain_i &&
          line_q[fill_set][w].level == fill_level_i && line_q[fill_set][w].number == fill_number)
        fill_way = WayWidth'(w);
  end

  // One use a cycle.
  logic                used;
  logic [SetWidth-1:0] used_set;
  logic [WayWidth-1:0] used_way;
  assign used     = fill_i || touch_i;
  assign used_set = fill_i ? fill_set : hit_set;
  assign used_way = fill_i ? fill_way : hit_way;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      for (int unsigned s = 0; s < Sets; s++)
        for (int unsigned w = 0; w < Ways; w++) age_q[s][w] <= WayWidth'(w);
    end else begin
      if (clear_i) valid_q <= '0;
      if (purge_i) begin
        for (int unsigned w = 0; w < Ways; w++) begin
          if (line_q[purge_set_i][w].domain == purge_domain_i &&
              touches(line_q[purge_set_i][w].number, line_q[purge_set_i][w].level, purge_first_i, purge_last_i))
            valid_q[purge_set_i][w] <= 1'b0;
        end
      end
      if (fill_i) valid_q[fill_set][fill_way] <= 1'b1;
      if (used) begin
        for (int unsigned w = 0; w < Ways; w++)
          if (age_q[used_set][w] < age_q[used_set][used_way]) age_q[used_set][w] <= age_q[used_set][w] + WayWidth'(1);
        age_q[used_set][used_way] <= '0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (fill_i)
      line_q[fill_set][fill_way] <= '{domain: fill_domain_i, level: fill_level_i, number: fill_number, entry: fill_entry_i};
  end

  NoFillWhilePurging: assert property (@(posedge clk_i) disable iff (!rst_ni) !(fill_i && (purge_i || clear_i)));
  OneUse: assert property (@(posedge clk_i) disable iff (!rst_ni) !(fill_i && touch_i));
  TouchesWhatIsThere: assert property (@(posedge clk_i) disable iff (!rst_ni) touch_i |-> hit_o);
  FillInUse: assert property (@(posedge clk_i) disable iff (!rst_ni) fill_i |-> fill_way <= last_way_i && fill_level_i < 2'd3);

endmodule
