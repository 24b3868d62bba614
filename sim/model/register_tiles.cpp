// SPDX-License-Identifier: MIT
#include "sim/model/register_tiles.h"

#include "sim/model/attention_cost.h"

namespace attnlab::model::register_tiles {

using machine::TileStep;

std::uint64_t score_shared_elements(std::uint64_t tiles, int head_dim) {
  return tiles * kBlockLanes * head_dim * (kLaneRows + kLaneKeys);
}

std::uint64_t output_shared_elements(std::uint64_t tiles, int head_dim) {
  return tiles * kBlockLanes * kTileKeys * (kLaneRows + width_of(head_dim) / kRowLanes);
}

TileStep score_step(int tile_q, int head_dim) {
  TileStep step;
  step.kind = trace::EventKind::kMatmul;
  step.shared_read_bytes = score_shared_elements(1, head_dim) * kFloatBytes;
  step.operations.fma = std::uint64_t(tile_q) * kTileKeys * head_dim;
  return step;
}

TileStep output_step(const std::vector<KeyRange>& visible, int head_dim) {
  TileStep step = model::output_step(visible, width_of(head_dim));
  step.shared_read_bytes = output_shared_elements(1, head_dim) * kFloatBytes;
  return step;
}

}  // namespace attnlab::model::register_tiles
