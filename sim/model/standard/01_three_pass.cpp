// SPDX-License-Identifier: MIT
#include "sim/model/standard/01_three_pass.h"

#include "sim/model/standard/three_passes.h"

namespace attnlab::model {
namespace {

constexpr int kTileQ = 32;  // Br

// P is in shared memory, too: all lanes read the same element, for each key a row sees.
machine::TileStep output_step_with_p(const std::vector<KeyRange>& visible, int head_dim) {
  machine::TileStep step = output_step(visible, head_dim);
  step.shared_read_bytes += step.operations.fma / head_dim * kWarpLanes * kFloatBytes;
  return step;
}

std::uint64_t shared_reads(const Problem& problem, std::uint64_t tiles) {
  const ProblemSizes n(problem, kTileQ);
  return tiles * n.d * kWarpLanes * (kWarps + kTileQ) + n.visible_pairs * (n.d + kWarpLanes);
}

ThreePasses passes_of(const Problem& problem) {
  return {.tile_q = kTileQ,
          .tile_keys = kTileKv,
          .width = problem.head_dim,
          .score_step = score_step,
          .output_step = output_step_with_p,
          .shared_reads = shared_reads};
}

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  const std::int64_t d = problem.head_dim;
  return three_pass_launch_shapes(
      problem, passes_of(problem),
      {{{"standard_scores_kernel", kTileQ * d + kTileKv * (d + 1)},
        {"standard_softmax_kernel", 0},
        {"standard_output_kernel", kTileQ * (kTileKv + 1) + kTileKv * d}}});
}

std::vector<machine::Launch> launches(const Problem& problem, Workspace& workspace,
                                      bool record_numbers) {
  return three_pass_launches(problem, workspace, record_numbers, passes_of(problem),
                             launch_shapes(problem));
}

machine::Counters cost(const Problem& problem) {
  return three_pass_cost(problem, passes_of(problem));
}

}  // namespace

const RungModel& standard_three_pass() {
  static const RungModel rung{
      .name = "standard/01_three_pass",
      .can = {.masks = kAllMasks, .tile_q = {kTileQ}, .tile_kv = {kTileKv}},
      .sentences = three_pass_sentences(
          "Compute the tile of S = Q K^T: a lane takes one key, a warp its rows."),
      .symbols = three_pass_symbols(),
      .tensors = three_pass_tensors,
      .launch_shapes = launch_shapes,
      .launches = launches,
      .cost = cost};
  return rung;
}

}  // namespace attnlab::model
