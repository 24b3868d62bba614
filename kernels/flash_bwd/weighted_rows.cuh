// SPDX-License-Identifier: MIT
// Sums of weighted rows, which every gradient of attention is: dV sums rows of dO, dK rows of Q, dQ
// rows of K. A warp owns rows of the gradient; of each, a lane owns kColumns columns lane, lane +
// 32, ...: 2, 4 or 8 of them, as D needs.
#pragma once

#include "kernels/common/seen_keys.cuh"
#include "kernels/common/warp_rows.cuh"

namespace attnlab::kernels {

inline constexpr int kRowsPerWarp = 8;
inline constexpr int kTile = kWarps * kRowsPerWarp;  // queries of a tile, and keys

// Adds the rows j of a tile (32, D) that `taken` has, ascending, each times the weight of lane j.
template <int kColumns>
__device__ __forceinline__ void add_weighted_rows(float (&sum)[kColumns], float weight,
                                                  unsigned int taken, const float* rows, int pitch,
                                                  int head_dim) {
  const int lane = threadIdx.x % kWarpLanes;
  for (; taken != 0; taken &= taken - 1) {
    const int j = __ffs(static_cast<int>(taken)) - 1;
    const float weight_j = __shfl_sync(kAllLanes, weight, j);
#pragma unroll
    for (int c = 0; c < kColumns; ++c) {
      const int column = lane + c * kWarpLanes;
      if (column < head_dim) sum[c] = fmaf(weight_j, rows[j * pitch + column], sum[c]);
    }
  }
}

// Writes the warp's rows of a gradient [length, D], times `factor`.
template <int kColumns, class T>
__device__ __forceinline__ void write_gradient(T* gradient, int first_row, int length,
                                               const float (&sums)[kRowsPerWarp][kColumns],
                                               float factor, int head_dim) {
  const int warp = threadIdx.x / kWarpLanes;
  const int lane = threadIdx.x % kWarpLanes;
#pragma unroll
  for (int r = 0; r < kRowsPerWarp; ++r) {
    const int row = first_row + warp * kRowsPerWarp + r;
    if (row >= length) break;
#pragma unroll
    for (int c = 0; c < kColumns; ++c) {
      const int column = lane + c * kWarpLanes;
      if (column < head_dim) {
        gradient[static_cast<long long>(row) * head_dim + column] =
            from_float<T>(sums[r][c] * factor);
      }
    }
  }
}

// The keys that a query sees in a tile; none where there is no such query, or where it has no
// gradient: its LSE is -inf.
__device__ __forceinline__ SeenKeys contributing_keys(int causal, int window, int query, int len_q,
                                                      int len_kv, int first_key, float lse) {
  if (query >= len_q || lse == -numerics::kInfinity) return {0, 0};
  return seen_in_tile(causal, window, query, len_q, len_kv, first_key);
}

}  // namespace attnlab::kernels
