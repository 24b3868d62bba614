// SPDX-License-Identifier: MIT
// The softmax of a row of S (Lk) in device memory by one warp, lanes along the row.
#pragma once

#include "kernels/common/attention_tile.cuh"
#include "sim/numerics/online_softmax.h"
#include "sim/numerics/warp_reduce.h"

namespace attnlab::kernels {

// The largest score, in every lane.
__device__ __forceinline__ float row_maximum(const float* s, int len_kv) {
  float m = -numerics::kInfinity;
  for (int column = threadIdx.x % kWarpLanes; column < len_kv; column += kWarpLanes) {
    m = fmaxf(m, s[column]);
  }
  return numerics::warp_max(m);
}

// The sum of e^(s - m), in every lane: a lane adds its columns ascending, then a butterfly.
__device__ __forceinline__ float row_weight_sum(const float* s, float m, int len_kv) {
  float l = 0.0f;
  for (int column = threadIdx.x % kWarpLanes; column < len_kv; column += kWarpLanes) {
    l += numerics::softmax_weight_nat(s[column], m);
  }
  return numerics::warp_sum(l);
}

// P = e^(s - m) / l, and LSE; for l = 0, P = 0 and LSE = -inf.
__device__ __forceinline__ void write_probabilities(float* p, float* lse_nat, const float* s,
                                                    float m, float l, int len_kv) {
  const int lane = threadIdx.x % kWarpLanes;
  for (int column = lane; column < len_kv; column += kWarpLanes) {
    p[column] = l == 0.0f ? 0.0f : numerics::softmax_weight_nat(s[column], m) / l;
  }
  if (lane == 0) *lse_nat = numerics::lse_from_nat(m, l);
}

}  // namespace attnlab::kernels
