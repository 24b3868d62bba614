// SPDX-License-Identifier: MIT
// The shapes that decode and paged rungs share: tiles, half-warps, tensors behind the inputs.
#pragma once

#include "sim/model/decode/attend.h"
#include "sim/model/decode/key_source.h"

namespace attnlab::model {

inline constexpr int kTileKeys = 64;
inline constexpr int kHalves = 2 * kWarps;  // half-warps of a block
inline constexpr int kHalfLanes = kWarpLanes / 2;
inline constexpr int kHalfKeys = kTileKeys / kHalves;
inline constexpr int kChunk = 8;  // columns that a lane owns side by side
inline constexpr int kSetColumns = kHalfLanes * kChunk;
inline constexpr std::uint64_t kBlockLanes = kWarps * kWarpLanes;

// Tensors behind Q, K, V and lengths.
struct DecodeTensors {
  std::uint16_t block_table, o, lse, o_partial, m_partial, l_partial;

  explicit DecodeTensors(const DecodeDesign& design)
      : block_table(kBlockTableIndex),
        o(design.paged ? 5 : 4),
        lse(o + 1),
        o_partial(o + 2),
        m_partial(o + 3),
        l_partial(o + 4) {}
};

// Whether rows are read in 16-byte loads.
inline bool has_vectors(int head_dim) {
  return head_dim % kChunk == 0;
}

// Sets of 128 columns that lanes own.
inline int sets_of(int head_dim) {
  return has_vectors(head_dim) && head_dim <= kSetColumns ? 1 : 2;
}

inline int group_of(const Problem& problem) {
  return problem.heads / problem.kv_heads;
}

// Blocks that the query heads of a K/V head take.
inline int blocks_of_group(const Problem& problem, const DecodeDesign& design) {
  return ceil_div(group_of(problem), design.heads_per_block);
}

// Threads that add up the half-warps' l.
inline std::uint64_t sums_of_block(const DecodeDesign& design) {
  return design.split ? 1 : kBlockLanes;
}

}  // namespace attnlab::model
