// SPDX-License-Identifier: MIT
#include "sim/model/flash_fwd/register_tiles_rung.h"

#include <fmt/format.h>

#include <memory>

#include "sim/model/flash_fwd/query_tile.h"
#include "sim/model/register_tiles.h"
#include "sim/numerics/warp_reduce.h"

namespace attnlab::model {

using namespace register_tiles;

namespace {

using machine::BlockProgram;
using machine::TileStep;
using trace::EventKind;

// The kernels' sentences, by which a step finds its source line.
enum Sentence : std::uint16_t {
  kLoadQuery,
  kWaitForReaders,
  kLoadKeyValue,
  kWaitForTiles,
  kScores,
  kWaitForScores,
  kSoftmax,
  kOutput,
  kWrite
};

constexpr std::uint64_t kRowSums = kLaneKeys - 1 + 3;  // a lane's own 8 weights, a butterfly over 8

// A lane's keys are 8 apart: it adds its own weights ascending, then the 8 lanes of a row theirs.
float sum_of_row(const float* p) {
  float lanes[kRowLanes];
  for (int lane = 0; lane < kRowLanes; ++lane) {
    lanes[lane] = p[lane];
    for (int i = 1; i < kLaneKeys; ++i) lanes[lane] += p[lane + i * kRowLanes];
  }
  return numerics::butterfly_sum(lanes);
}

// Rows past the end do the same work.
TileStep softmax_step(int) {
  TileStep step;
  step.kind = EventKind::kSoftmax;
  const std::uint64_t elements = kTileQ * kTileKeys;
  const std::uint64_t row_lanes = kTileQ * kRowLanes;
  step.operations.add_mul = elements * 2 + row_lanes * (kRowSums + 1);
  step.operations.mufu = elements + row_lanes;
  step.shared_written_bytes = elements * kFloatBytes;  // P
  return step;
}

TileStep rescale_step(int, int head_dim) {
  TileStep step;
  step.kind = EventKind::kRescale;
  step.operations.fma = kTileQ * kRowLanes;
  step.operations.add_mul = std::uint64_t{kTileQ} * width_of(head_dim);
  return step;
}

TilePartition partition_of(const Problem& problem) {
  return {.tile_q = kTileQ,
          .tile_keys = kTileKeys,
          .padded_width = width_of(problem.head_dim),
          .sum_of_row = sum_of_row,
          .score_step = register_tiles::score_step,
          .softmax_step = softmax_step,
          .rescale_step = rescale_step,
          .output_step = register_tiles::output_step};
}

BlockProgram query_tile_program(std::shared_ptr<const ModelRun> run, std::uint32_t block) {
  // Every row starts having seen nothing: m = -inf, l = 0, O = 0.
  QueryTile tile = query_tile_of_block(*run, partition_of(run->problem), block);

  // Load the query tile once; it stays in shared memory.
  co_yield tile.load_query(kLoadQuery);

  // Walk only over the key tiles that hold a key which some query of the tile sees.
  const KeyRange seen = key_tiles_seen(run->problem, tile.first_query(), tile.rows(), kTileKeys);
  for (int key_tile = seen.first; key_tile < seen.last; ++key_tile) {
    tile.set_key_tile(key_tile);
    co_yield tile.barrier(kWaitForReaders);

    // Load the next tile of K and of V.
    co_yield tile.load_keys(kLoadKeyValue);
    co_yield tile.load_values(kLoadKeyValue);
    co_yield tile.barrier(kWaitForTiles);

    // Compute the tile of S = Q K^T.
    co_yield tile.compute_scores(kScores);
    co_yield tile.barrier(kWaitForScores);

    // Find each row's new maximum and its probabilities relative to it; bring its old sum and
    // output to the new maximum.
    co_yield tile.update_softmax(kSoftmax);
    co_yield tile.rescale_old_sums(kSoftmax);

    // Add P V of this tile, keys in ascending order.
    co_yield tile.accumulate(kOutput);
  }

  // Divide by the row sum and write O and LSE.
  co_yield tile.write_output(kWrite);
  co_yield tile.write_lse(kWrite);
}

}  // namespace

std::vector<LaunchShape> register_tiles_launch_shapes(const Problem& problem, const char* entry,
                                                      TilePadding padding) {
  const int width = width_of(problem.head_dim);
  const std::int64_t row = width + padding.row_floats;
  const std::int64_t p_row = kTileKeys + padding.p_row_floats;
  return {query_tile_launch(
      problem, fmt::format("{}_d{}{}_kernel", entry, width, storage_suffix(problem.dtype)), kTileQ,
      2 * kTileKeys * row + kTileKeys * std::max(row, p_row))};
}

std::vector<machine::Launch> register_tiles_launches(const Problem& problem, Workspace& workspace,
                                                     bool record_numbers,
                                                     const LaunchShape& shape) {
  auto run = std::make_shared<const ModelRun>(ModelRun{problem, workspace, record_numbers});
  return {launch_of(shape, [run](std::uint32_t block) { return query_tile_program(run, block); })};
}

machine::Counters register_tiles_cost(const Problem& problem) {
  const ProblemSizes n(problem, kTileQ, kTileKeys);
  const TileWalk walk = walk_over_seen(problem, kTileQ, kTileKeys);
  CostSheet sheet(forward_tensors(problem));
  add_forward_traffic(sheet, problem, walk);
  const std::uint64_t width = width_of(problem.head_dim);
  const std::uint64_t row_tiles = walk.tiles * kTileQ;  // those past the end do the same work
  sheet.shared_write(walk.blocks * kTileQ * width + walk.tiles * kTileKeys * (2 * width + kTileQ));
  sheet.shared_read(score_shared_elements(walk.tiles, problem.head_dim) +
                    output_shared_elements(walk.tiles, problem.head_dim));
  machine::Counters& total = sheet.counters();
  total.blocks = walk.blocks;
  total.fma = row_tiles * (kTileKeys * n.d + kRowLanes) + n.visible_pairs * width;
  total.add_mul = row_tiles * (kTileKeys * 2 + kRowLanes * (kRowSums + 1) + width) +
                  n.q_rows * n.d + n.seeing_rows * (kWarpLanes + 2);
  total.mufu = row_tiles * (kTileKeys + kRowLanes) + n.seeing_rows;
  return total;
}

Capabilities register_tiles_capabilities() {
  return {.dtypes = kAllTypes,
          .masks = kAllMasks,
          .tile_q = {kTileQ},
          .tile_kv = {kTileKeys},
          .max_head_dim = kMaxHeadDim};
}

std::vector<std::string> register_tiles_sentences() {
  return {"Load the query tile once; it stays in shared memory.",
          "every warp is done with the tiles that are about to be overwritten",
          "Load the next tile of K and of V, 16 bytes at a time.",
          "every warp may read the tiles that all warps wrote",
          "Compute the tile of S = Q K^T: a lane has 4 rows and 8 keys.",
          "every warp has its scores: P may take the place of K",
          "Find each row's new maximum and its probabilities relative to it; bring its old sum and "
          "output to the new maximum.",
          "Add P V of this tile, keys in ascending order.",
          "Divide by the row sum and write O and LSE."};
}

}  // namespace attnlab::model
