// SPDX-License-Identifier: MIT
#include "sim/model/flash_fwd/03_split_k.h"

#include <fmt/format.h>

#include <memory>

#include "sim/model/flash_fwd/query_tile.h"
#include "sim/numerics/warp_reduce.h"

namespace attnlab::model {
namespace {

using machine::BlockProgram;
using machine::TileStep;
using trace::EventKind;

// The kernel's sentences, by which a step finds its source line.
enum Sentence : std::uint16_t {
  kLoadQuery,
  kWaitForReaders,
  kLoadKeyValue,
  kWaitForTiles,
  kScores,
  kWaitForMaxima,
  kSoftmax,
  kWaitForParts,
  kRescale,
  kOutput,
  kWrite
};

constexpr int kTileQ = 16;                   // Br
constexpr int kTileKeys = kWarps * kTileKv;  // Bc: 32 keys a warp
constexpr int kMaxHeadDim = 128;
constexpr std::uint64_t kBlockLanes = kWarps * kWarpLanes;

// Each warp's weights by butterfly, the warps in their order.
float sum_of_row(const float* p) {
  float sum = 0;
  for (int warp = 0; warp < kWarps; ++warp) {
    const float part =
        numerics::butterfly_sum(*reinterpret_cast<const float(*)[kWarpLanes]>(p + warp * kTileKv));
    sum = warp == 0 ? part : sum + part;
  }
  return numerics::canonical(sum);
}

// A lane reads its key and every row's query element.
TileStep score_step(int tile_q, int head_dim) {
  TileStep step;
  step.kind = EventKind::kMatmul;
  step.shared_read_bytes = kBlockLanes * head_dim * (1 + tile_q) * kFloatBytes;
  step.operations.fma = std::uint64_t(tile_q) * kTileKeys * head_dim;
  return step;
}

// For every row each lane scales, subtracts and weighs a score and adds in a butterfly. The warps'
// maxima and sums are written by a lane each; all lanes read the maxima. The owner of a row reads
// maxima and sums, and finds the factor of the old maximum.
TileStep softmax_step(int) {
  TileStep step;
  step.kind = EventKind::kSoftmax;
  step.operations.add_mul = kTileQ * (kBlockLanes * (2 + kButterflySums) + kWarpLanes);
  step.operations.mufu = kTileQ * (kBlockLanes + kWarpLanes);
  step.shared_written_bytes = 2 * kTileQ * kWarps * kFloatBytes;
  step.shared_read_bytes = kTileQ * kWarps * (kBlockLanes + 2 * kWarpLanes) * kFloatBytes;
  return step;
}

// l and O brought to the new maximum, and the sums of the warps added.
TileStep rescale_step(int, int head_dim) {
  TileStep step = model::rescale_step(kTileQ, head_dim);
  step.operations.add_mul += std::uint64_t{kTileQ} * kWarpLanes * (kWarps - 1);
  return step;
}

// P V of every visible pair; then each warp's part of O is written, read and added.
TileStep output_step(const std::vector<KeyRange>& visible, int head_dim) {
  TileStep step = model::output_step(visible, head_dim);
  const std::uint64_t parts = std::uint64_t{kWarps} * kTileQ * head_dim;
  step.shared_written_bytes = parts * kFloatBytes;
  step.shared_read_bytes += parts * kFloatBytes;
  step.operations.add_mul += parts;
  return step;
}

const TilePartition kPartition{.tile_q = kTileQ,
                               .tile_keys = kTileKeys,
                               .parts = kWarps,
                               .sum_of_row = sum_of_row,
                               .score_step = score_step,
                               .softmax_step = softmax_step,
                               .rescale_step = rescale_step,
                               .output_step = output_step};

BlockProgram query_tile_program(std::shared_ptr<const ModelRun> run, std::uint32_t block) {
  // Every row starts having seen nothing: m = -inf, l = 0, O = 0.
  QueryTile tile = query_tile_of_block(*run, kPartition, block);

  // Load the query tile once; it stays in shared memory.
  co_yield tile.load_query(kLoadQuery);

  const int key_tiles = ceil_div(run->problem.len_kv, kTileKeys);
  for (int key_tile = 0; key_tile < key_tiles; ++key_tile) {
    tile.set_key_tile(key_tile);
    co_yield tile.barrier(kWaitForReaders);

    // Load the next tile of K and of V.
    co_yield tile.load_keys(kLoadKeyValue);
    co_yield tile.load_values(kLoadKeyValue);
    co_yield tile.barrier(kWaitForTiles);

    // Compute the tile of S = Q K^T; the warps tell each other their maxima.
    co_yield tile.compute_scores(kScores);
    co_yield tile.barrier(kWaitForMaxima);

    // Find each row's new maximum and its probabilities relative to it.
    co_yield tile.update_softmax(kSoftmax);
    co_yield tile.barrier(kWaitForParts);

    // Bring the old sum and output to the new row maximum.
    co_yield tile.rescale_old_sums(kRescale);

    // Add the warps' parts of O, in their order.
    co_yield tile.accumulate(kOutput);
  }

  // Divide by the row sum and write O and LSE.
  co_yield tile.write_output(kWrite);
  co_yield tile.write_lse(kWrite);
}

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  const std::int64_t d = problem.head_dim;
  return {query_tile_launch(
      problem, fmt::format("flash_fwd_split_k{}_kernel", storage_suffix(problem.dtype)), kTileQ,
      kTileQ * d + kTileKeys * (2 * d + 1) + 2 * kWarps * kTileQ)};
}

std::vector<machine::Launch> launches(const Problem& problem, Workspace& workspace,
                                      bool record_numbers) {
  auto run = std::make_shared<const ModelRun>(ModelRun{problem, workspace, record_numbers});
  return {launch_of(launch_shapes(problem).front(),
                    [run](std::uint32_t block) { return query_tile_program(run, block); })};
}

machine::Counters cost(const Problem& problem) {
  const ProblemSizes n(problem, kTileQ, kTileKeys);
  const TileWalk walk = walk_over_all(problem, kTileQ, kTileKeys);
  CostSheet sheet(forward_tensors(problem));
  add_forward_traffic(sheet, problem, walk);
  const std::uint64_t rows = walk.tiles * kTileQ;  // those past the end do the same work
  const std::uint64_t parts = rows * kWarps * n.d;
  // Q, K and V; two exchanges of a number a warp, and one of O.
  sheet.shared_write(walk.blocks * kTileQ * n.d + 2 * walk.tiles * kTileKeys * n.d +
                     rows * 2 * kWarps + parts);
  sheet.shared_read(walk.tiles * kBlockLanes * n.d * (1 + kTileQ) +
                    rows * kWarps * (kBlockLanes + 2 * kWarpLanes) + n.visible_pairs * n.d + parts);
  machine::Counters& total = sheet.counters();
  total.blocks = walk.blocks;
  total.fma = rows * kTileKeys * n.d + rows * kWarpLanes + n.visible_pairs * n.d;
  total.add_mul = rows * (kBlockLanes * (2 + kButterflySums) + kWarpLanes * kWarps + n.d) + parts +
                  n.q_rows * n.d + n.seeing_rows * (kWarpLanes + 2);
  total.mufu = rows * (kBlockLanes + kWarpLanes) + n.seeing_rows;
  return total;
}

}  // namespace

const RungModel& flash_fwd_split_k() {
  static const RungModel rung{
      .name = "flash_fwd/03_split_k",
      .can = {.dtypes = kAllTypes,
              .masks = kAllMasks,
              .tile_q = {kTileQ},
              .tile_kv = {kTileKeys},
              .max_head_dim = kMaxHeadDim},
      .sentences =
          {"Load the query tile once; it stays in shared memory.",
           "every warp is done with the tiles that are about to be overwritten",
           "Load the next tile of K and of V.",
           "every warp may read the tiles that all warps wrote",
           "Compute the tile of S = Q K^T: a lane takes one key, a warp its quarter of the keys.",
           "every warp may read the maxima of all, and overwrite K",
           "Find the row's new maximum and its probabilities relative to it; pass on their sum, "
           "and P V of this quarter, keys in ascending order.",
           "every warp may read the sums and the parts of O of all",
           "Bring the old sum and output to the new row maximum.",
           "Add the warps' parts of O, in their order.",
           "Divide by the row sum and write O and LSE."},
      .symbols = online_softmax_symbols(),
      .tensors = forward_tensors,
      .launch_shapes = launch_shapes,
      .launches = launches,
      .cost = cost};
  return rung;
}

}  // namespace attnlab::model
