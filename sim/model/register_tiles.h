// SPDX-License-Identifier: MIT
// Tiles of 64 x 64 in registers, as kernels/common/register_tiles.cuh has them: what their steps
// read and do.
#pragma once

#include "sim/model/attention_block.h"

namespace attnlab::model::register_tiles {

inline constexpr int kTileQ = 64;     // Br
inline constexpr int kTileKeys = 64;  // Bc
inline constexpr int kRowLanes = 8;   // lanes that share a row
inline constexpr int kBlockLanes = kWarps * kWarpLanes;
inline constexpr int kLaneRows = kTileQ * kRowLanes / kBlockLanes;  // rows of a lane
inline constexpr int kLaneKeys = kTileKeys / kRowLanes;             // keys of a lane
inline constexpr int kMaxHeadDim = 128;

// Columns of a tile in shared memory: 64 for D <= 64, else 128.
inline int width_of(int head_dim) {
  return head_dim <= 64 ? 64 : kMaxHeadDim;
}

// A tile of S: for every d a lane reads 4 query elements and 8 key elements.
machine::TileStep score_step(int tile_q, int head_dim);

// O += P V: a lane reads P of its 4 rows, and V of its columns, for all keys; it takes those that
// are seen.
machine::TileStep output_step(const std::vector<KeyRange>& visible, int head_dim);

// Elements that lanes read from shared memory for `tiles` tiles of S and as many of P V.
std::uint64_t score_shared_elements(std::uint64_t tiles, int head_dim);
std::uint64_t output_shared_elements(std::uint64_t tiles, int head_dim);

}  // namespace attnlab::model::register_tiles
