// The IOMMU's translation cache: look-ups in two cycles, one begun each cycle; one walk for each page that is missing,
// several under way, answered in any order; invalidations; faults, which are not kept. See README.md.
module iommu_iotlb
  import viosim_causes_pkg::*;
  import iommu_iotlb_pkg::*;
#(
  parameter int unsigned Sets = 64,
  parameter int unsigned Ways = 16,
  parameter int unsigned Walks = 16,
  parameter int unsigned Requests = 64,
  localparam int unsigned SetWidth = $clog2(Sets),
  localparam int unsigned WayWidth = $clog2(Ways),
  localparam int unsigned WalkWidth = $clog2(Walks),
  localparam int unsigned RequestWidth = $clog2(Requests)
) (
  input  logic                    clk_i,
  input  logic                    rst_ni,

  // As the IOMMU is made; steady from reset on.
  input  logic [SetWidth-1:0]     cfg_set_mask_i,  // sets in use, a power of two, less 1
  input  logic [WayWidth-1:0]     cfg_last_way_i,  // ways in use, less 1
  input  level_t                  cfg_largest_i,   // level of the largest page

  input  logic                    lookup_valid_i,
  output logic                    lookup_ready_o,
  input  logic [RequestWidth-1:0] lookup_request_i,
  input  domain_t                 lookup_domain_i,
  input  page_t                   lookup_page_i,

  // A request misses: it waits for this walk, which is asked for if it is a new one.
  output logic                    miss_valid_o,
  output logic [RequestWidth-1:0] miss_request_o,
  output logic [WalkWidth-1:0]    miss_walk_o,
  output logic                    miss_new_o,

  input  logic                    walk_valid_i,    // a walk's end
  output logic                    walk_ready_o,
  input  logic [WalkWidth-1:0]    walk_id_i,
  input  logic                    walk_keep_i,
  input  logic [7:0]              walk_fault_i,    // 0: none
  input  logic [63:0]             walk_entry_i,
  input  level_t                  walk_level_i,

  output logic                    answer_valid_o,
  output logic [RequestWidth-1:0] answer_request_o,
  output logic [7:0]              answer_fault_o,
  output logic [63:0]             answer_entry_o,
  output level_t                  answer_level_o,

  input  logic                    inv_valid_i,
  output logic                    inv_ready_o,
  input  logic                    inv_all_i,
  input  domain_t                 inv_domain_i,
  input  page_t                   inv_first_i,
  input  page_t                   inv_last_i,

  output cause_e                  cause_o,   // what the oldest look-up spends this cycle on; without one, what all wait for
  output logic                    quiescent_o
);

  typedef struct packed {
    logic [RequestWidth-1:0] request;
    domain_t                 domain;
    page_t                   page;
  } lookup_t;

  // Two stages: the request is taken in; entries and walks are compared.
  logic    first_valid_q, second_valid_q, advance, second_done;
  lookup_t first_q, second_q;

  // Invalidation under way.
  logic                inv_busy_q, inv_begins;
  domain_t             inv_domain_q;
  page_t               inv_first_q, inv_last_q;
  logic [SetWidth-1:0] inv_set_q;

  // Answers to those who waited for a walk.
  logic                 drain_q, walk_ends;
  logic [WalkWidth-1:0] drain_walk_q;
  logic [7:0]           drain_fault_q;
  logic [63:0]          drain_entry_q;
  level_t               drain_level_q;

  assign inv_ready_o  = !inv_busy_q;
  assign inv_begins   = inv_valid_i && inv_ready_o;
  assign walk_ready_o = !inv_valid_i && !inv_busy_q && !drain_q;
  assign walk_ends    = walk_valid_i && walk_ready_o;

  logic        hit, joins, full, stalled, done_valid, done_stale, done_last;
  logic [63:0] hit_entry;
  level_t      hit_level;
  domain_t     done_domain;
  page_t       done_page;
  logic [WalkWidth-1:0]    walk;
  logic [RequestWidth-1:0] done_request;

  // What an invalidation, or an answer to a walk, must not overtake waits for it.
  assign stalled        = inv_valid_i || inv_busy_q || walk_ends || drain_q || (!hit && !joins && full);
  assign second_done    = second_valid_q && !stalled;
  assign advance        = !second_valid_q || second_done;
  assign lookup_ready_o = !first_valid_q || advance;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      first_valid_q  <= 1'b0;
      second_valid_q <= 1'b0;
      first_q        <= '0;
      second_q       <= '0;
    end else begin
      if (lookup_ready_o) begin
        first_valid_q <= lookup_valid_i;
        if (lookup_valid_i) first_q <= '{request: lookup_request_i, domain: lookup_domain_i, page: lookup_page_i};
      end
      if (advance) begin
        second_valid_q <= first_valid_q;
        if (first_valid_q) second_q <= first_q;
      end
    end
  end

  iommu_iotlb_store #(.Sets(Sets), .Ways(Ways)) u_store (
    .clk_i,
    .rst_ni,
    .set_mask_i     (cfg_set_mask_i),
    .last_way_i     (cfg_last_way_i),
    .domain_i       (second_q.domain),
    .page_i         (second_q.page),
    .hit_o          (hit),
    .entry_o        (hit_entry),
    .level_o        (hit_level),
    .touch_i        (second_done && hit),
    .fill_i         (walk_ends && walk_keep_i && walk_fault_i == '0 && !done_stale),
    .fill_domain_i  (done_domain),
    .fill_page_i    (done_page),
    .fill_level_i   (walk_level_i),
    .fill_entry_i   (walk_entry_i),
    .clear_i        (inv_begins && inv_all_i),
    .purge_i        (inv_busy_q),
    .purge_set_i    (inv_set_q),
    .purge_domain_i (inv_domain_q),
    .purge_first_i  (inv_first_q),
    .purge_last_i   (inv_last_q)
  );

  logic walks_busy;
  iommu_iotlb_misses #(.Walks(Walks), .Requests(Requests)) u_misses (
    .clk_i,
    .rst_ni,
    .largest_i      (cfg_largest_i),
    .domain_i       (second_q.domain),
    .page_i         (second_q.page),
    .request_i      (second_q.request),
    .add_i          (second_done && !hit),
    .joins_o        (joins),
    .full_o         (full),
    .walk_o         (walk),
    .stale_i        (inv_begins),
    .stale_all_i    (inv_all_i),
    .stale_domain_i (inv_domain_i),
    .stale_first_i  (inv_first_i),
    .stale_last_i   (inv_last_i),
    .done_i         (drain_q ? drain_walk_q : walk_id_i),
    .done_valid_o   (done_valid),
    .done_stale_o   (done_stale),
    .done_domain_o  (done_domain),
    .done_page_o    (done_page),
    .done_request_o (done_request),
    .done_last_o    (done_last),
    .done_next_i    (drain_q),
    .busy_o         (walks_busy)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      inv_busy_q    <= 1'b0;
      inv_domain_q  <= '0;
      inv_first_q   <= '0;
      inv_last_q    <= '0;
      inv_set_q     <= '0;
      drain_q       <= 1'b0;
      drain_walk_q  <= '0;
      drain_fault_q <= '0;
      drain_entry_q <= '0;
      drain_level_q <= '0;
    end else begin
      if (inv_begins && !inv_all_i) begin
        inv_busy_q   <= 1'b1;
        inv_domain_q <= inv_domain_i;
        inv_first_q  <= inv_first_i;
        inv_last_q   <= inv_last_i;
        inv_set_q    <= '0;
      end else if (inv_busy_q) begin
        inv_set_q  <= inv_set_q + SetWidth'(1);
        inv_busy_q <= inv_set_q != cfg_set_mask_i;
      end
      if (walk_ends) begin
        drain_q       <= 1'b1;
        drain_walk_q  <= walk_id_i;
        drain_fault_q <= walk_fault_i;
        drain_entry_q <= walk_entry_i;
        drain_level_q <= walk_level_i;
      end else if (drain_q && done_last) begin
        drain_q <= 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      answer_valid_o   <= 1'b0;
      answer_request_o <= '0;
      answer_fault_o   <= '0;
      answer_entry_o   <= '0;
      answer_level_o   <= '0;
      miss_valid_o     <= 1'b0;
      miss_request_o   <= '0;
      miss_walk_o      <= '0;
      miss_new_o       <= 1'b0;
    end else begin
      answer_valid_o <= drain_q || (second_done && hit);
      if (drain_q) begin
        answer_request_o <= done_request;
        answer_fault_o   <= drain_fault_q;
        answer_entry_o   <= drain_entry_q;
        answer_level_o   <= drain_level_q;
      end else if (second_done && hit) begin
        answer_request_o <= second_q.request;
        answer_fault_o   <= '0;
        answer_entry_o   <= hit_entry;
        answer_level_o   <= hit_level;
      end
      miss_valid_o <= second_done && !hit;
      if (second_done && !hit) begin
        miss_request_o <= second_q.request;
        miss_walk_o    <= walk;
        miss_new_o     <= !joins;
      end
    end
  end

  always_comb begin
    if (inv_valid_i || inv_busy_q) cause_o = InvalidationWait;
    else if (second_valid_q && (walk_ends || drain_q)) cause_o = Arbitration;
    else if (second_valid_q && stalled) cause_o = PageWalk;
    else if (first_valid_q || second_valid_q || drain_q) cause_o = TlbLookup;
    else if (walks_busy) cause_o = PageWalk;
    else cause_o = NoCause;
  end

  // What waits for room changes nothing by itself.
  assign quiescent_o = !(lookup_valid_i && lookup_ready_o) && !walk_ends && !inv_begins && !inv_busy_q && !drain_q && !answer_valid_o &&
                       !miss_valid_o && !second_done && !(advance && first_valid_q);

  WalkIsUnderWay: assert property (@(posedge clk_i) disable iff (!rst_ni) walk_ends |-> done_valid);
  InvalidationIsDone: assert property (@(posedge clk_i) disable iff (!rst_ni)
    inv_busy_q |-> !second_done && !walk_ends);
  OneAnswer: assert property (@(posedge clk_i) disable iff (!rst_ni) !(answer_valid_o && miss_valid_o && answer_request_o == miss_request_o));
  RangeInOrder: assert property (@(posedge clk_i) disable iff (!rst_ni) inv_valid_i && !inv_all_i |-> inv_first_i <= inv_last_i);

endmodule
