// SPDX-License-Identifier: MIT
#include "sim/model/flash_fwd/01_tiled.h"

#include <fmt/format.h>

#include <memory>

#include "sim/model/flash_fwd/query_tile.h"

namespace attnlab::model {
namespace {

using machine::BlockProgram;

// The kernel's sentences, by which a step finds its source line.
enum Sentence : std::uint16_t {
  kLoadQuery,
  kWaitForReaders,
  kLoadKeyValue,
  kWaitForTiles,
  kScores,
  kSoftmax,
  kRescale,
  kOutput,
  kWrite
};

TilePartition partition_of(const Problem& problem) {
  return {.tile_q = tile_q_of(flash_fwd_tiled(), problem)};
}

BlockProgram query_tile_program(std::shared_ptr<const ModelRun> run, std::uint32_t block) {
  // Every row starts having seen nothing: m = -inf, l = 0, O = 0.
  QueryTile tile = query_tile_of_block(*run, partition_of(run->problem), block);

  // Load the query tile once; it stays in shared memory.
  co_yield tile.load_query(kLoadQuery);

  const int key_tiles = ceil_div(run->problem.len_kv, kTileKv);
  for (int key_tile = 0; key_tile < key_tiles; ++key_tile) {
    tile.set_key_tile(key_tile);
    co_yield tile.barrier(kWaitForReaders);

    // Load the next tile of K and of V.
    co_yield tile.load_keys(kLoadKeyValue);
    co_yield tile.load_values(kLoadKeyValue);
    co_yield tile.barrier(kWaitForTiles);

    // Compute the tile of S = Q K^T.
    co_yield tile.compute_scores(kScores);

    // Find each row's new maximum and its probabilities relative to it.
    co_yield tile.update_softmax(kSoftmax);

    // Bring the old sum and output to the new row maximum.
    co_yield tile.rescale_old_sums(kRescale);

    // Add P V of this tile, keys in ascending order.
    co_yield tile.accumulate(kOutput);
  }

  // Divide by the row sum and write O and LSE.
  co_yield tile.write_output(kWrite);
  co_yield tile.write_lse(kWrite);
}

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  const int tile_q = tile_q_of(flash_fwd_tiled(), problem);
  return {query_tile_launch(
      problem, fmt::format("flash_fwd_tiled_q{}{}_kernel", tile_q, storage_suffix(problem.dtype)),
      tile_q, warp_rows_shared_floats(tile_q, problem.head_dim))};
}

std::vector<machine::Launch> launches(const Problem& problem, Workspace& workspace,
                                      bool record_numbers) {
  auto run = std::make_shared<const ModelRun>(ModelRun{problem, workspace, record_numbers});
  return {launch_of(launch_shapes(problem).front(),
                    [run](std::uint32_t block) { return query_tile_program(run, block); })};
}

machine::Counters cost(const Problem& problem) {
  const int tile_q = tile_q_of(flash_fwd_tiled(), problem);
  return warp_rows_cost(problem, tile_q, walk_over_all(problem, tile_q, kTileKv));
}

}  // namespace

const RungModel& flash_fwd_tiled() {
  static const RungModel rung{
      .name = "flash_fwd/01_tiled",
      .can = {.dtypes = kAllTypes,
              .masks = kAllMasks,
              .tile_q = {32, 16, 64},
              .tile_kv = {kTileKv}},
      .sentences =
          {"Load the query tile once; it stays in shared memory.",
           "every warp is done with the tiles that are about to be overwritten",
           "Load the next tile of K and of V.",
           "every warp may read the tiles that all warps wrote",
           "Compute the tile of S = Q K^T: a lane takes one key, a warp its rows.",
           "Find the row's new maximum and its probabilities relative to it.",
           "Bring the old sum and output to the new row maximum.",
           "Add P V of this tile, keys in ascending order: lane j holds the weight of key j.",
           "Divide by the row sum and write O and LSE."},
      .symbols = online_softmax_symbols(),
      .tensors = forward_tensors,
      .launch_shapes = launch_shapes,
      .launches = launches,
      .cost = cost};
  return rung;
}

}  // namespace attnlab::model
