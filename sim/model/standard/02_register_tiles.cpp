// SPDX-License-Identifier: MIT
#include "sim/model/standard/02_register_tiles.h"

#include <fmt/format.h>

#include "sim/model/register_tiles.h"
#include "sim/model/standard/three_passes.h"

namespace attnlab::model {
namespace {

using namespace register_tiles;

std::uint64_t shared_reads(const Problem& problem, std::uint64_t tiles) {
  return score_shared_elements(tiles, problem.head_dim) +
         output_shared_elements(tiles, problem.head_dim);
}

ThreePasses passes_of(const Problem& problem) {
  return {.tile_q = kTileQ,
          .tile_keys = kTileKeys,
          .width = width_of(problem.head_dim),
          .score_step = register_tiles::score_step,
          .output_step = register_tiles::output_step,
          .shared_reads = shared_reads};
}

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  const int width = width_of(problem.head_dim);
  return three_pass_launch_shapes(
      problem, passes_of(problem),
      {{{fmt::format("standard_tiles_scores_d{}_kernel", width), (kTileQ + kTileKeys) * width},
        {"standard_tiles_softmax_kernel", 0},
        {fmt::format("standard_tiles_output_d{}_kernel", width), kTileKeys * (kTileQ + width)}}});
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

const RungModel& standard_register_tiles() {
  static const RungModel rung{.name = "standard/02_register_tiles",
                              .can = {.masks = kAllMasks,
                                      .tile_q = {kTileQ},
                                      .tile_kv = {kTileKeys},
                                      .max_head_dim = kMaxHeadDim},
                              .sentences = three_pass_sentences(
                                  "Compute the tile of S = Q K^T: a lane has 4 rows and 8 keys."),
                              .symbols = three_pass_symbols(),
                              .tensors = three_pass_tensors,
                              .launch_shapes = launch_shapes,
                              .launches = launches,
                              .cost = cost};
  return rung;
}

}  // namespace attnlab::model
