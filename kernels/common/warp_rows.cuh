// SPDX-License-Identifier: MIT
// What the plain kernels do with a warp's rows of a query tile. In S a lane is a key, in O
// a lane is columns lane, lane + 32, ...; a row's state (m, l) is in registers, the same in all
// lanes.
#pragma once

#include "kernels/common/attention_tile.cuh"
#include "kernels/common/seen_keys.cuh"
#include "sim/numerics/online_softmax.h"
#include "sim/numerics/warp_reduce.h"

namespace attnlab::kernels {

// A number that one lane reads for all.
__device__ __forceinline__ float read_for_all(const float* number) {
  return __shfl_sync(kAllLanes, threadIdx.x % kWarpLanes == 0 ? *number : 0.0f, 0);
}

// Q K^T of a warp's rows, `q_rows` (kRows, D), and the lane's key, `key` (D); d ascending.
template <int kRows>
__device__ __forceinline__ void dot_products(float (&dot)[kRows], const float* q_rows,
                                             const float* key, int head_dim) {
#pragma unroll
  for (int r = 0; r < kRows; ++r) dot[r] = 0.0f;
  for (int d = 0; d < head_dim; ++d) {
    const float key_d = key[d];
#pragma unroll
    for (int r = 0; r < kRows; ++r) dot[r] = fmaf(q_rows[r * head_dim + d], key_d, dot[r]);
  }
}

// Brings a row's sum and output to its new maximum, and adds the sum of the new weights to l.
template <int kColumns>
__device__ __forceinline__ void rescale_row(numerics::SoftmaxState& state, float (&acc)[kColumns],
                                            float m_new, float p_sum, int head_dim) {
  const int lane = threadIdx.x % kWarpLanes;
  const float rescale = numerics::softmax_weight(state.m_log2, m_new);
  state.l = fmaf(state.l, rescale, p_sum);
  state.m_log2 = m_new;
#pragma unroll
  for (int c = 0; c < kColumns; ++c) {
    if (lane + c * kWarpLanes < head_dim) acc[c] *= rescale;
  }
}

// Adds P V of 32 keys to a row of O, keys ascending: lane j holds p, the weight of key j, and `v`
// (32, D) their values.
template <int kColumns>
__device__ __forceinline__ void add_values(float (&acc)[kColumns], float p, const float* v,
                                           SeenKeys seen, int head_dim) {
  const int lane = threadIdx.x % kWarpLanes;
  for (int j = seen.first < 0 ? 0 : seen.first; j < kWarpLanes && j < seen.last; ++j) {
    const float p_j = __shfl_sync(kAllLanes, p, j);
#pragma unroll
    for (int c = 0; c < kColumns; ++c) {
      const int column = lane + c * kWarpLanes;
      if (column < head_dim) acc[c] = fmaf(p_j, v[j * head_dim + column], acc[c]);
    }
  }
}

// Reads the lane's columns of a row of O, and writes them, unrounded.
template <int kColumns>
__device__ __forceinline__ void read_row(float (&acc)[kColumns], const float* row, int head_dim) {
  const int lane = threadIdx.x % kWarpLanes;
#pragma unroll
  for (int c = 0; c < kColumns; ++c) {
    if (lane + c * kWarpLanes < head_dim) acc[c] = row[lane + c * kWarpLanes];
  }
}
template <int kColumns>
__device__ __forceinline__ void keep_row(float* row, const float (&acc)[kColumns], int head_dim) {
  const int lane = threadIdx.x % kWarpLanes;
#pragma unroll
  for (int c = 0; c < kColumns; ++c) {
    if (lane + c * kWarpLanes < head_dim) row[lane + c * kWarpLanes] = acc[c];
  }
}

// Divides a row by its sum and writes it to `o_row` (D), and its LSE.
template <int kColumns, class T>
__device__ __forceinline__ void write_row(T* o_row, float* lse_nat,
                                          const numerics::SoftmaxState& state,
                                          const float (&acc)[kColumns], int head_dim) {
  const int lane = threadIdx.x % kWarpLanes;
  const float inverse_l = numerics::inverse_sum(state.l);
#pragma unroll
  for (int c = 0; c < kColumns; ++c) {
    const int column = lane + c * kWarpLanes;
    if (column < head_dim) o_row[column] = from_float<T>(acc[c] * inverse_l);
  }
  if (lane == 0) *lse_nat = numerics::lse_nat(state);
}

}  // namespace attnlab::kernels
