// Send WQEs on their way in: doorbells and BlueFlame posts, reads of the rings, and the parser's turn.
//
// A doorbell announces at least one WQE. When all announced ones were there, the fetcher looks on by guesses that double,
// until a parity bit says that the ring ends. Reads of a ring may end out of order; its WQEs are taken in order. What was
// read beyond the ring's end, or is overtaken by a post, is void (stale).
//
// One file, though a long one: a slot's state has one writer.
// One thing a cycle changes a slot: the parser, else configuration, else the end of a void read, else a doorbell, else the
// next read.
module hca_wqe_fetcher
  import hca_wqe_pkg::*;
#(
  parameter int unsigned Slots = 32,
  parameter int unsigned ReadTags = 16,
  parameter int unsigned PushTags = 8,
  localparam int unsigned SlotW = $clog2(Slots),
  localparam int unsigned ReadW = $clog2(ReadTags),
  localparam int unsigned PushW = $clog2(PushTags)
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  // What the adapter is built for.
  input  logic [3:0]       reads_per_slot_i,
  input  logic [8:0]       wqes_per_read_i,
  input  logic [6:0]       wqe_buffer_i,
  // A slot is opened (everything starts over) or closed.
  input  logic             cfg_valid_i,
  output logic             cfg_ready_o,
  input  logic [SlotW-1:0] cfg_slot_i,
  input  logic             cfg_open_i,
  input  logic [4:0]       cfg_log_entries_i,
  input  logic [2:0]       cfg_log_blocks_i,   // stride: 64 << n bytes
  // Doorbells.
  input  logic             doorbell_valid_i,
  output logic             doorbell_ready_o,
  input  logic [SlotW-1:0] doorbell_slot_i,
  // BlueFlame posts: the WQE stands in buffer push_tag_o.
  input  logic             push_valid_i,
  output logic             push_ready_o,
  output logic [PushW-1:0] push_tag_o,
  input  logic [SlotW-1:0] push_slot_i,
  input  logic [15:0]      push_index_i,
  input  logic [4:0]       push_blocks_i,
  // Reads of rings.
  output logic             read_o,
  output logic [ReadW-1:0] read_tag_o,
  output logic [SlotW-1:0] read_slot_o,
  output logic [15:0]      read_place_o,
  output logic [8:0]       read_count_o,
  input  logic             read_done_i,
  input  logic [ReadW-1:0] read_done_tag_i,
  input  logic             read_error_i,
  // The buffers: what stands at the address of the last edge.
  output logic             buffer_push_o,
  output logic [ReadW-1:0] buffer_tag_o,
  output logic [12:0]      buffer_block_o,
  input  logic [63:0][7:0] buffer_data_i,
  output logic             free_o,             // a buffer is not needed any more
  output logic             free_push_o,
  output logic [ReadW-1:0] free_tag_o,
  // WQEs.
  output logic             put_o,              // this cycle
  output logic [SlotW-1:0] put_slot_o,
  output wqe_t             put_wqe_o,
  output logic [15:0]      put_index_o,
  output inline_t          put_inline_o,
  output logic             beat_o,             // this cycle a beat was parsed, of the buffer's block
  input  logic             started_i,
  input  logic [SlotW-1:0] started_slot_i,
  // What is wrong.
  output logic             refused_o,          // for a slot that is not open
  output logic             broken_o,           // a read failed
  output logic [SlotW-1:0] broken_slot_o,
  output logic             busy_o,
  output logic             idle_o
);

  typedef struct packed {
    logic        open;
    logic [4:0]  log_entries;
    logic [2:0]  log_blocks;
    logic [16:0] fetched;     // taken in, in order; one bit more than a place, for the parity
    logic [16:0] next_read;   // first that no read covers
    logic [16:0] announced;   // doorbells or guesses that no read covers
    logic [8:0]  guess;
    logic [3:0]  reads;
  } slot_t;

  typedef struct packed {
    logic [SlotW-1:0] slot;
    logic [16:0]      index;
    logic [8:0]       count;
  } read_t;

  slot_t            slot_q [Slots];
  logic [6:0]       unsent_q [Slots];          // WQEs that wait for their start
  logic [Slots-1:0] wants_q, blocked_q;
  logic [SlotW-1:0] turn_q;

  read_t               reads_q [ReadTags];
  logic [ReadTags-1:0] busy_q, done_q, error_q, stale_q, orphan_q, rang_q;

  // The oldest post.
  logic             push_waits, push_pop, dead;
  logic [PushW-1:0] push_tag;
  logic [SlotW-1:0] push_slot;
  logic [15:0]      push_index;
  logic [4:0]       push_blocks;

  // The parser at work.
  logic             parsing_q, from_push_q;
  logic [ReadW-1:0] tag_q;                     // of the read; a push is the oldest
  logic [8:0]       number_q;                  // of the WQE in its read
  logic [4:0]       beat_q;
  logic [12:0]      block_q;
  wqe_t             wqe_q;

  // ---- who is next for the parser
  logic             pick, pick_void;
  logic [ReadW-1:0] pick_tag;
  always_comb begin
    pick = 1'b0;
    pick_tag = '0;
    for (int unsigned t = 0; t < ReadTags; t++) begin
      if (busy_q[t] && done_q[t] && !pick &&
          (stale_q[t] || reads_q[t].index == slot_q[reads_q[t].slot].fetched)) begin
        pick = 1'b1;
        pick_tag = ReadW'(t);
      end
    end
    pick_void = stale_q[pick_tag] || error_q[pick_tag];
  end
  logic take_push, take_read, drop_read;
  // Not while a slot is opened or closed: what is picked could be of the life that ends.
  assign take_push = !parsing_q && push_waits && !cfg_valid_i;
  assign take_read = !parsing_q && !push_waits && pick && !pick_void && !cfg_valid_i;
  assign drop_read = !parsing_q && !push_waits && pick && pick_void && !cfg_valid_i;

  // ---- whose read is next
  logic [Slots-1:0] want;
  logic             some_want;
  logic [SlotW-1:0] want_slot;
  assign want = wants_q & ~blocked_q;
  assign some_want = want != '0;
  hca_wqe_turn #(.Slots(Slots)) u_turn (.want_i(want), .turn_i(turn_q), .next_o(want_slot));
  logic             free_tag_there;
  logic [ReadW-1:0] new_tag;
  always_comb begin
    free_tag_there = !(&busy_q);
    new_tag = '0;
    for (int unsigned t = ReadTags; t >= 1; t--) if (!busy_q[t - 1]) new_tag = ReadW'(t - 1);
  end

  // ---- the slot that changes in this cycle
  typedef enum logic [2:0] {ActNone, ActParse, ActConfigure, ActDrop, ActDoorbell, ActRead} act_e;
  act_e             act;
  logic [SlotW-1:0] sel;
  logic [SlotW-1:0] job_slot;
  logic [8:0]       job_count;
  assign job_slot = reads_q[parsing_q ? tag_q : pick_tag].slot;
  assign job_count = reads_q[tag_q].count;
  always_comb begin
    if (parsing_q) begin
      act = ActParse;
      sel = from_push_q ? push_slot : job_slot;
    end else if (cfg_valid_i) begin
      act = ActConfigure;
      sel = cfg_slot_i;
    end else if (drop_read) begin
      act = ActDrop;
      sel = job_slot;
    end else if (doorbell_valid_i) begin
      act = ActDoorbell;
      sel = doorbell_slot_i;
    end else if (some_want) begin
      act = ActRead;
      sel = want_slot;
    end else begin
      act = ActNone;
      sel = '0;
    end
  end
  assign cfg_ready_o = !parsing_q;
  assign doorbell_ready_o = act == ActDoorbell;
  hca_wqe_posts #(.SlotW(SlotW), .Tags(PushTags)) u_posts (
    .clk_i, .rst_ni, .push_valid_i, .push_ready_o, .push_tag_o, .push_slot_i, .push_index_i, .push_blocks_i,
    .void_i(act == ActConfigure), .void_slot_i(sel),
    .some_o(push_waits), .pop_i(push_pop), .tag_o(push_tag), .slot_o(push_slot), .index_o(push_index),
    .blocks_o(push_blocks), .dead_o(dead)
  );

  slot_t       now, next;
  logic [6:0]  unsent;
  logic [16:0] entries;
  assign now = slot_q[sel];
  assign unsent = unsent_q[sel];
  assign entries = 17'd1 << now.log_entries;

  // ---- the parser
  logic             owner, beat_done, parity;
  wqe_t             parsed;
  inline_t          pieces;
  logic [6:0]       room;
  assign parity = now.fetched[now.log_entries];
  assign room = from_push_q ? {push_blocks, 2'b00} : 7'd4 << now.log_blocks;
  hca_wqe_parser u_parser (
    .beat_i(buffer_data_i),
    .first_i(beat_q == '0),
    .beat_no_i({1'b0, beat_q}),
    .room_i(room),
    .wqe_i(wqe_q),
    .wqe_o(parsed),
    .inline_o(pieces),
    .done_o(beat_done),
    .owner_o(owner)
  );
  logic ours;           // its first beat says that it may be taken
  logic accept, last;   // a WQE is complete; nothing of this buffer is left
  always_comb begin
    ours = beat_q != '0 || owner == parity;
    if (from_push_q && beat_q == '0) begin
      ours = ours && now.open && push_index == now.fetched[15:0] && unsent < wqe_buffer_i;
    end
    if (from_push_q && dead) ours = 1'b0;
    accept = parsing_q && ours && beat_done;
    last = parsing_q && (!ours || (beat_done && (from_push_q || number_q + 9'd1 == job_count)));
  end

  assign push_pop = last && from_push_q;
  assign put_o = accept;
  assign put_slot_o = sel;
  assign put_wqe_o = parsed;
  assign put_index_o = now.fetched[15:0];
  assign put_inline_o = pieces;
  assign beat_o = parsing_q && ours;
  assign buffer_push_o = from_push_q;
  assign buffer_tag_o = from_push_q ? ReadW'(push_tag) : tag_q;
  assign buffer_block_o = block_q;
  assign free_o = last || drop_read;
  assign free_push_o = parsing_q && from_push_q;
  assign free_tag_o = parsing_q ? buffer_tag_o : pick_tag;

  // ---- a read, if this slot's turn has come
  logic [16:0] under_way, to_end, count;
  logic [6:0]  space;
  logic        can_read;
  always_comb begin
    under_way = now.next_read - now.fetched;
    space = wqe_buffer_i - unsent - under_way[6:0];
    to_end = entries - (now.next_read & (entries - 17'd1));
    count = now.announced;
    if (count > {8'd0, wqes_per_read_i}) count = {8'd0, wqes_per_read_i};
    if (count > {10'd0, space}) count = {10'd0, space};
    if (count > to_end) count = to_end;
    can_read = act == ActRead && free_tag_there && now.reads < reads_per_slot_i &&
               {10'd0, unsent} + under_way < {10'd0, wqe_buffer_i};
  end

  // ---- the slot afterwards
  logic void_reads, rings;  // the slot's reads under way are void; a doorbell came after they were sent
  always_comb begin
    next = now;
    void_reads = 1'b0;
    rings = 1'b0;
    refused_o = 1'b0;
    unique case (act)
      ActConfigure: begin
        next = '0;
        next.open = cfg_open_i;
        next.log_entries = cfg_log_entries_i;
        next.log_blocks = cfg_log_blocks_i;
        next.guess = 9'd1;
        void_reads = 1'b1;
      end
      ActDoorbell: begin
        refused_o = !now.open;
        rings = 1'b1;
        if (now.open && now.announced < entries) next.announced = now.announced + 17'd1;
      end
      ActRead: begin
        if (can_read) begin
          next.announced = now.announced - count;
          next.next_read = now.next_read + count;
          next.reads = now.reads + 4'd1;
        end
      end
      ActDrop: if (!orphan_q[pick_tag]) next.reads = now.reads - 4'd1;
      ActParse: begin
        if (accept) begin
          next.fetched = now.fetched + 17'd1;
          if (from_push_q) begin
            void_reads = 1'b1;
            rings = 1'b1;
            next.next_read = next.fetched;
            if (now.reads != '0 && now.announced == '0) next.announced = 17'd1;
          end
        end
        if (from_push_q && !ours && !dead) begin  // as a mere doorbell
          refused_o = !now.open;
          rings = 1'b1;
          if (now.open && now.announced < entries) next.announced = now.announced + 17'd1;
        end
        if (!from_push_q && last) begin
          next.reads = now.reads - 4'd1;
          if (!ours) begin  // the ring ends here
            void_reads = 1'b1;
            next.next_read = now.fetched;
            next.guess = 9'd1;
            next.announced = rang_q[tag_q] ? 17'd1 : '0;  // it rang after this was read: look again
          end else if (now.announced == '0 && now.next_read == next.fetched) begin
            next.announced = {8'd0, now.guess};
            next.guess = now.guess >= (wqes_per_read_i + 9'd1) >> 1 ? wqes_per_read_i : now.guess << 1;
          end
        end
      end
      default: ;
    endcase
  end

  assign broken_o = drop_read && error_q[pick_tag] && !stale_q[pick_tag];
  assign broken_slot_o = job_slot;
  assign busy_o = parsing_q || push_waits || pick;
  assign idle_o = !busy_o && !some_want;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      wants_q <= '0;
      blocked_q <= '0;
      turn_q <= '0;
      busy_q <= '0;
      done_q <= '0;
      error_q <= '0;
      stale_q <= '0;
      orphan_q <= '0;
      rang_q <= '0;
      parsing_q <= 1'b0;
      from_push_q <= 1'b0;
      tag_q <= '0;
      number_q <= '0;
      beat_q <= '0;
      block_q <= '0;
      wqe_q <= '0;
      read_o <= 1'b0;
      read_tag_o <= '0;
      read_slot_o <= '0;
      read_place_o <= '0;
      read_count_o <= '0;
      for (int unsigned s = 0; s < Slots; s++) begin
        slot_q[s] <= '0;
        unsent_q[s] <= '0;
      end
    end else begin
      // The parser's way.
      if (take_push || take_read) begin
        parsing_q <= 1'b1;
        from_push_q <= take_push;
        tag_q <= pick_tag;
        number_q <= '0;
        beat_q <= '0;
        block_q <= '0;
      end
      if (parsing_q) begin
        wqe_q <= parsed;
        if (last) begin
          parsing_q <= 1'b0;
        end else if (accept) begin
          number_q <= number_q + 9'd1;
          beat_q <= '0;
          block_q <= 13'({4'd0, number_q} + 13'd1) << now.log_blocks;
        end else begin
          beat_q <= beat_q + 5'd1;
          block_q <= block_q + 13'd1;
        end
      end
      // The slot.
      if (act != ActNone && !(act == ActRead && !can_read)) begin
        slot_q[sel] <= next;
        wants_q[sel] <= next.open && next.announced != '0;
        blocked_q[sel] <= 1'b0;
      end
      if (act == ActRead) begin
        turn_q <= sel;
        if (!can_read) blocked_q[sel] <= 1'b1;
      end
      if (started_i || free_o) blocked_q <= '0;
      if (accept && !(started_i && started_slot_i == sel)) unsent_q[sel] <= unsent + 7'd1;
      if (started_i && !(accept && started_slot_i == sel)) begin
        unsent_q[started_slot_i] <= unsent_q[started_slot_i] - 7'd1;
      end
      if (act == ActConfigure) unsent_q[sel] <= '0;
      // Reads.
      read_o <= can_read;
      if (can_read) begin
        read_tag_o <= new_tag;
        read_slot_o <= sel;
        read_place_o <= 16'(now.next_read & (entries - 17'd1));
        read_count_o <= count[8:0];
        reads_q[new_tag] <= '{slot: sel, index: now.next_read, count: count[8:0]};
        busy_q[new_tag] <= 1'b1;
        done_q[new_tag] <= 1'b0;
        error_q[new_tag] <= 1'b0;
        stale_q[new_tag] <= 1'b0;
        orphan_q[new_tag] <= 1'b0;
        rang_q[new_tag] <= 1'b0;
      end
      if (read_done_i) begin
        done_q[read_done_tag_i] <= 1'b1;
        error_q[read_done_tag_i] <= read_error_i;
      end
      for (int unsigned t = 0; t < ReadTags; t++) begin
        if (busy_q[t] && reads_q[t].slot == sel) begin
          if (void_reads) stale_q[t] <= 1'b1;
          if (rings) rang_q[t] <= 1'b1;
          if (act == ActConfigure) orphan_q[t] <= 1'b1;
        end
      end
      if (free_o && !free_push_o) busy_q[free_tag_o] <= 1'b0;
    end
  end

  logic read_done_busy, read_done_twice;
  assign read_done_busy = busy_q[read_done_tag_i];
  assign read_done_twice = done_q[read_done_tag_i];
  logic [6:0] started_unsent;
  assign started_unsent = unsent_q[started_slot_i];

  AnswersReads: assert property (@(posedge clk_i) disable iff (!rst_ni)
      read_done_i |-> (read_done_busy && !read_done_twice))
      else $error("an answer to a read that nobody sent");
  BufferHolds: assert property (@(posedge clk_i) disable iff (!rst_ni)
      accept |-> unsent < wqe_buffer_i || started_i)
      else $error("more WQEs than the buffer holds");
  StartedWaited: assert property (@(posedge clk_i) disable iff (!rst_ni)
      started_i |-> started_unsent != '0)
      else $error("a message started that did not wait");
  ReadsCounted: assert property (@(posedge clk_i) disable iff (!rst_ni)
      (last && !from_push_q) |-> now.reads != '0)
      else $error("a read ended that is not counted");
  ReadInRing: assert property (@(posedge clk_i) disable iff (!rst_ni)
      can_read |-> (count != '0 && count <= to_end))
      else $error("a read beyond the ring");

endmodule
