// SPDX-License-Identifier: MIT
// Reductions over the 32 lanes of a warp by shuffle-xor, and their mirrors on the host.
//
// The tree: at distances 16, 8, 4, 2, 1 every lane combines its value with that of lane ^ distance.
// Addition and maximum commute, so at each distance both lanes of a pair compute the same bits, and
// after the last one all 32 lanes hold the same: lane i's sum is a balanced tree over pairs 16
// apart, then 8, ... It differs from a sum in lane order by rounding only.
#pragma once

#include "sim/numerics/fp32.h"
#include "sim/numerics/host_device.h"

namespace attnlab::numerics {

// What every lane holds after an all-reduce of 32 lanes, or of the 2, 4, 8 or 16 neighbours that
// share a row, which start at half their number; the NaN of a sum is the canonical one.
template <int kLanes>
ATTNLAB_HOST_DEVICE constexpr float butterfly_sum(const float (&lanes)[kLanes]) {
  constexpr int kHalf = kLanes / 2;
  float level[kHalf];
  for (int i = 0; i < kHalf; ++i) level[i] = lanes[i] + lanes[i + kHalf];
  for (int distance = kHalf / 2; distance >= 1; distance /= 2) {
    for (int i = 0; i < distance; ++i) level[i] = level[i] + level[i + distance];
  }
  return canonical(level[0]);
}
ATTNLAB_HOST_DEVICE constexpr float butterfly_max(const float (&lanes)[32]) {
  float level[16];
  for (int i = 0; i < 16; ++i) level[i] = max_ignoring_nan(lanes[i], lanes[i + 16]);
  for (int distance = 8; distance >= 1; distance /= 2) {
    for (int i = 0; i < distance; ++i) level[i] = max_ignoring_nan(level[i], level[i + distance]);
  }
  return level[0];
}

#if defined(__CUDACC__) || defined(__CUDA__)
// The sum and the maximum of one value a lane, in every lane. All 32 lanes must take part.
__device__ __forceinline__ float warp_sum(float value) {
#pragma unroll
  for (int distance = 16; distance >= 1; distance /= 2) {
    value += __shfl_xor_sync(0xffffffffu, value, distance);
  }
  return value;
}
__device__ __forceinline__ float warp_max(float value) {
#pragma unroll
  for (int distance = 16; distance >= 1; distance /= 2) {
    value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, distance));
  }
  return value;
}
#endif

}  // namespace attnlab::numerics
