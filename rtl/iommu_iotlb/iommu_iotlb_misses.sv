// The walks under way: one for each missing page, with the requests that wait for it in a list, in order of arrival. An
// invalidation marks the walks that it may overtake: they answer those who wait, and nobody joins or keeps them.
module iommu_iotlb_misses
  import iommu_iotlb_pkg::*;
#(
  parameter int unsigned Walks = 16,
  parameter int unsigned Requests = 64,
  localparam int unsigned WalkWidth = $clog2(Walks),
  localparam int unsigned RequestWidth = $clog2(Requests)
) (
  input  logic                    clk_i,
  input  logic                    rst_ni,
  input  level_t                  largest_i,   // page that the tables may hold

  input  domain_t                 domain_i,    // who misses
  input  page_t                   page_i,
  input  logic [RequestWidth-1:0] request_i,
  input  logic                    add_i,
  output logic                    joins_o,     // a walk to its page is under way
  output logic                    full_o,
  output logic [WalkWidth-1:0]    walk_o,      // that one, or a free one

  input  logic                    stale_i,     // an invalidation begins
  input  logic                    stale_all_i,
  input  domain_t                 stale_domain_i,
  input  page_t                   stale_first_i,
  input  page_t                   stale_last_i,

  input  logic [WalkWidth-1:0]    done_i,      // the walk that is answered
  output logic                    done_valid_o,
  output logic                    done_stale_o,
  output domain_t                 done_domain_o,
  output page_t                   done_page_o,
  output logic [RequestWidth-1:0] done_request_o,  // who waits longest for it
  output logic                    done_last_o,
  input  logic                    done_next_i,     // that one has its answer

  output logic                    busy_o
);

  logic [Walks-1:0]        valid_q, stale_q;
  domain_t                 domain_q [Walks];
  page_t                   page_q [Walks];
  logic [RequestWidth-1:0] first_q [Walks];
  logic [RequestWidth-1:0] last_q [Walks];
  logic [RequestWidth-1:0] next_q [Requests];

  logic [WalkWidth-1:0] joined, free;
  always_comb begin
    joins_o = 1'b0;
    joined  = '0;
    free    = '0;
    for (int unsigned w = 0; w < Walks; w++) begin
      if (!valid_q[w]) free = WalkWidth'(w);
      if (valid_q[w] && !stale_q[w] && domain_q[w] == domain_i && page_q[w] == page_i) begin
        joins_o = 1'b1;
        joined  = WalkWidth'(w);
      end
    end
  end
  assign full_o = &valid_q;
  assign walk_o = joins_o ? joined : free;
  assign busy_o = |valid_q;

  assign done_valid_o   = valid_q[done_i];
  assign done_stale_o   = stale_q[done_i];
  assign done_domain_o  = domain_q[done_i];
  assign done_page_o    = page_q[done_i];
  assign done_request_o = first_q[done_i];
  assign done_last_o    = first_q[done_i] == last_q[done_i];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      stale_q <= '0;
    end else begin
      if (stale_i) begin
        for (int unsigned w = 0; w < Walks; w++)
          if (stale_all_i || (domain_q[w] == stale_domain_i &&
                              touches(number_of(page_q[w], largest_i), largest_i, stale_first_i, stale_last_i)))
            stale_q[w] <= 1'b1;
      end
      if (add_i && !joins_o) begin
        valid_q[free] <= 1'b1;
        stale_q[free] <= 1'b0;
      end
      if (done_next_i && done_last_o) valid_q[done_i] <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (add_i) begin
      last_q[walk_o] <= request_i;
      if (joins_o) begin
        next_q[last_q[walk_o]] <= request_i;
      end else begin
        domain_q[free] <= domain_i;
        page_q[free]   <= page_i;
        first_q[free]  <= request_i;
      end
    end
    if (done_next_i) first_q[done_i] <= next_q[first_q[done_i]];
  end

  AddsWhereRoomIs: assert property (@(posedge clk_i) disable iff (!rst_ni) add_i |-> joins_o || !full_o);
  AnswersWhatIsUnderWay: assert property (@(posedge clk_i) disable iff (!rst_ni) done_next_i |-> done_valid_o);
  NobodyJoinsWhatEnds: assert property (@(posedge clk_i) disable iff (!rst_ni)
    !(add_i && joins_o && done_next_i && joined == done_i));

endmodule
