// SPDX-License-Identifier: MIT
// What the CUDA-core rungs share: the block shape, tensors' addresses, tiles into shared memory.
#pragma once

#include "kernels/common/storage.cuh"
#include "sim/numerics/mask.h"

namespace attnlab::kernels {

inline constexpr int kWarpLanes = 32;
inline constexpr int kWarps = 4;  // of a thread block
inline constexpr int kThreads = kWarps * kWarpLanes;
inline constexpr int kTileKv = kWarpLanes;                     // Bc: one key a lane
inline constexpr int kMaxHeadDim = 256;                        // D
inline constexpr int kLaneColumns = kMaxHeadDim / kWarpLanes;  // columns of O a lane owns, at most
inline constexpr unsigned int kAllLanes = 0xffffffffu;

// First element of one (batch, head)'s matrix [length, width] in a tensor [batch, heads, length,
// width].
__device__ __forceinline__ long long head_offset(int batch, int heads, int head, int length,
                                                 int width) {
  return (static_cast<long long>(batch) * heads + head) * length * width;
}

// Copies rows [first_row, first_row + tile_rows) of a matrix [length, width] to shared memory,
// where they are fp32, a warp a row, lanes along the row; `pitch` is the distance of rows there.
// Rows past the end become 0.
template <class T>
__device__ __forceinline__ void load_tile(float* shared, int pitch, const T* matrix, int first_row,
                                          int tile_rows, int length, int width) {
  const int warp = threadIdx.x / kWarpLanes;
  const int lane = threadIdx.x % kWarpLanes;
  for (int row = warp; row < tile_rows; row += kWarps) {
    const bool inside = first_row + row < length;
    const T* source = matrix + static_cast<long long>(first_row + row) * width;
    for (int column = lane; column < width; column += kWarpLanes) {
      shared[row * pitch + column] = inside ? to_float(source[column]) : 0.0f;
    }
  }
}

}  // namespace attnlab::kernels
