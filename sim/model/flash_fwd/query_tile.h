// SPDX-License-Identifier: MIT
// A thread block's tile of queries on its walk over the key tiles, as all flash_fwd rungs have it.
// Each function does one step's arithmetic, in the kernel's order, and describes the step to the
// machine. What the rungs do differently is their TilePartition.
#pragma once

#include <vector>

#include "sim/model/attention_block.h"
#include "sim/model/attention_cost.h"
#include "sim/model/row_numbers.h"
#include "sim/numerics/online_softmax.h"

namespace attnlab::model {

// The tensors that every rung has, in this order; a rung with more appends them.
enum ForwardTensor : std::uint16_t { kForwardQ, kForwardK, kForwardV, kForwardO, kForwardLse };

// How a rung divides a tile among lanes and warps, as far as it shows in the bits and the counts.
struct TilePartition {
  int tile_q = 32;             // Br
  int tile_keys = kWarpLanes;  // Bc
  int padded_width = 0;        // columns of a tile in shared memory; 0: D
  int parts = 1;               // ranges of a tile's keys whose P V are summed apart, then added
  float (*sum_of_row)(const float* p) = nullptr;  // p (Bc); nullptr: a butterfly over 32 lanes
  machine::TileStep (*score_step)(int tile_q, int head_dim) = model::score_step;
  machine::TileStep (*softmax_step)(int rows) = model::softmax_step;
  machine::TileStep (*rescale_step)(int rows, int head_dim) = model::rescale_step;
  machine::TileStep (*output_step)(const std::vector<KeyRange>&, int head_dim) = model::output_step;
};

// The numbers that steps report, and their formulas.
std::vector<Symbol> online_softmax_symbols();

class QueryTile {
 public:
  // Query tile `index` of head `head_of_all`, counted over the whole batch.
  QueryTile(const ModelRun& run, const TilePartition& partition, int head_of_all, int index);

  machine::TileStep load_query(std::uint16_t sentence) const;

  // Moves to a key tile.
  void set_key_tile(int key_tile);

  machine::TileStep barrier(std::uint16_t sentence) const;
  machine::TileStep load_keys(std::uint16_t sentence) const;
  machine::TileStep load_values(std::uint16_t sentence) const;
  machine::TileStep compute_scores(std::uint16_t sentence);

  // Turns scores into probabilities relative to each row's new maximum, and notes by how much each
  // row's old sum and output must shrink.
  machine::TileStep update_softmax(std::uint16_t sentence);
  machine::TileStep rescale_old_sums(std::uint16_t sentence);
  machine::TileStep accumulate(std::uint16_t sentence);
  machine::TileStep write_output(std::uint16_t sentence);
  machine::TileStep write_lse(std::uint16_t sentence);

  // What the rows have so far, for a rung that keeps it elsewhere between key tiles.
  std::vector<numerics::SoftmaxState>& states() { return softmax_; }
  Matrix& accumulator() { return accumulator_; }

  int first_query() const { return first_query_; }
  int rows() const { return rows_; }
  machine::TileStep located(machine::TileStep step, std::uint16_t sentence,
                            std::span<const machine::Number> numbers = {}) const {
    return model::located(step, sentence, index_, key_tile_, numbers);
  }

 private:
  machine::TileStep load_key_tile(const HeadMatrix& matrix, std::uint16_t sentence) const;
  float sum_of_row(int row) const;

  const Problem& problem_;
  TilePartition partition_;
  int index_;  // of the query tile in its head
  int head_;   // batch * heads + head
  int first_query_;
  int rows_;   // queries of this tile: Br, fewer at a ragged end
  int d_;      // D
  int width_;  // columns of a tile in shared memory
  int element_bytes_;
  HeadMatrix q_, k_, v_, o_, lse_;
  Workspace& memory_;

  int key_tile_ = 0;
  int first_key_ = 0;
  int keys_ = 0;  // of this key tile: Bc, fewer at a ragged end

  std::vector<numerics::SoftmaxState> softmax_;  // of each row
  std::vector<float> rescale_;                   // of each row, for this key tile
  Matrix accumulator_;                           // O (rows, D), not yet divided by l
  Matrix tile_;                                  // S (rows, Bc), then P
  std::vector<KeyRange> visible_;                // keys of this tile that each row sees
  Matrix logged_o_;                              // the first row's O before this key tile
  RowNumbers numbers_;
};

// The key tiles that hold a key which some query of a query tile of `rows` sees.
KeyRange key_tiles_seen(const Problem& problem, int first_query, int rows, int tile_keys);

// What all blocks of a launch of one block a query tile walk over, counted over the whole batch.
struct TileWalk {
  std::uint64_t blocks = 0;
  std::uint64_t tiles = 0;      // pairs of a query tile and a key tile
  std::uint64_t row_tiles = 0;  // pairs of a query and a key tile
  std::uint64_t key_rows = 0;   // rows of K that are loaded
  KeyRange touched;             // rows of every K/V head that are loaded by somebody
};
TileWalk walk_over_all(const Problem& problem, int tile_q, int tile_keys);
TileWalk walk_over_seen(const Problem& problem, int tile_q, int tile_keys);

// The tensors' traffic of such a walk: Q once, K and V as the walk has them, O and LSE once.
void add_forward_traffic(CostSheet& sheet, const Problem& problem, const TileWalk& walk);

// The rungs whose warps own rows and whose lanes are keys (01, 02, 04): floats of shared memory of
// a block, what `tiles` tiles of work cost, and the whole cost of a walk.
std::int64_t warp_rows_shared_floats(int tile_q, int head_dim);
void add_warp_rows_work(CostSheet& sheet, const Problem& problem, int tile_q, std::uint64_t tiles,
                        std::uint64_t row_tiles);
machine::Counters warp_rows_cost(const Problem& problem, int tile_q, const TileWalk& walk);

// The launch of one block a query tile, in the order (query tile, head, batch).
LaunchShape query_tile_launch(const Problem& problem, std::string entry, int tile_q,
                              std::int64_t shared_floats);

// The query tile that a block of such a launch has.
QueryTile query_tile_of_block(const ModelRun& run, const TilePartition& partition,
                              std::uint32_t block);

}  // namespace attnlab::model
