// SPDX-License-Identifier: MIT
// Attention with tiles in registers, for any layout of shared memory: each thread computes 4 x 8
// scores and 4 rows of O, so that an element that it reads from shared memory is used 4 or 8 times.
//
// A warp has 16 rows of the block's 64: lane 8 a + b has rows a, a + 4, a + 8, a + 12 of them, in S
// keys b, b + 8, ..., b + 56 of the tile's 64, and in O columns 4 b to 4 b + 3, then 32 further,
// ... The 8 lanes that share a row are neighbours.
#pragma once

#include "kernels/common/attention_tile.cuh"
#include "kernels/common/seen_keys.cuh"
#include "kernels/common/vector.cuh"
#include "sim/numerics/online_softmax.h"

namespace attnlab::kernels::register_tiles {

inline constexpr int kTileQ = 64;     // Br
inline constexpr int kTileKeys = 64;  // Bc
inline constexpr int kWarpRows = kTileQ / kWarps;
inline constexpr int kRowLanes = 8;                         // lanes that share a row
inline constexpr int kLaneGroups = kWarpLanes / kRowLanes;  // rows that lanes are on at once
inline constexpr int kLaneRows = kWarpRows / kLaneGroups;   // rows of a lane
inline constexpr int kLaneKeys = kTileKeys / kRowLanes;     // keys of a lane
inline constexpr int kChunk = 4;                            // floats that are read at once
inline constexpr int kChunkStep = kRowLanes * kChunk;       // from a lane's chunk of O to its next

// Sum and maximum over the 8 lanes that share a row, in all of them: distances 4, 2, 1.
__device__ __forceinline__ float row_sum(float value) {
#pragma unroll
  for (int distance = kRowLanes / 2; distance >= 1; distance /= 2) {
    value += __shfl_xor_sync(kAllLanes, value, distance);
  }
  return value;
}
__device__ __forceinline__ float row_max(float value) {
#pragma unroll
  for (int distance = kRowLanes / 2; distance >= 1; distance /= 2) {
    value = fmaxf(value, __shfl_xor_sync(kAllLanes, value, distance));
  }
  return value;
}

// Copies rows [first_row, first_row + 64) of a matrix [length, width] to a tile (64, kWidth) in
// shared memory, 16 bytes of device memory at a time. What is past the end becomes 0.
template <class Layout, int kWidth, class T>
__device__ __forceinline__ void load_tile(float* tile, const T* matrix, int first_row, int length,
                                          int width) {
  constexpr int kVector = kVectorElements<T>;
  constexpr int kRowVectors = kWidth / kVector;
  for (int i = threadIdx.x; i < kTileKeys * kRowVectors; i += kThreads) {
    const int row = i / kRowVectors;
    const int column = i % kRowVectors * kVector;
    float values[kVector] = {};
    if (first_row + row < length && column < width) {
      load_vector(values, matrix + static_cast<long long>(first_row + row) * width + column);
    }
#pragma unroll
    for (int c = 0; c < kVector; c += kChunk) {
      store_chunk(tile + Layout::template at<kWidth>(row, column + c), values + c);
    }
  }
}

// What a lane keeps of its rows, and which they are.
template <int kWidth>
struct LaneRows {
  static constexpr int kChunks = kWidth / kChunkStep;  // of O

  int first;  // of the lane's rows in the tile; the next is 4 further
  int part;   // b: which of the 8 lanes of a row this is
  numerics::SoftmaxState state[kLaneRows];
  float o[kLaneRows][kChunks][kChunk] = {};

  __device__ __forceinline__ int row(int r) const { return first + r * kLaneGroups; }
  __device__ __forceinline__ int key(int i) const { return part + i * kRowLanes; }
  __device__ __forceinline__ int column(int c) const { return part * kChunk + c * kChunkStep; }
};

template <int kWidth>
__device__ __forceinline__ LaneRows<kWidth> lane_rows() {
  const int warp = threadIdx.x / kWarpLanes;
  const int lane = threadIdx.x % kWarpLanes;
  LaneRows<kWidth> rows;
  rows.first = warp * kWarpRows + lane / kRowLanes;
  rows.part = lane % kRowLanes;
  return rows;
}

// S of the lane's rows and keys: Q K^T, d ascending.
template <class Layout, int kWidth>
__device__ __forceinline__ void score(float (&s)[kLaneRows][kLaneKeys],
                                      const LaneRows<kWidth>& rows, const float* sQ,
                                      const float* sK, int head_dim) {
#pragma unroll
  for (int r = 0; r < kLaneRows; ++r) {
#pragma unroll
    for (int i = 0; i < kLaneKeys; ++i) s[r][i] = 0.0f;
  }
  for (int d = 0; d < head_dim; d += kChunk) {
    float key[kLaneKeys][kChunk];
#pragma unroll
    for (int i = 0; i < kLaneKeys; ++i) {
      load_chunk(key[i], sK + Layout::template at<kWidth>(rows.key(i), d));
    }
#pragma unroll
    for (int r = 0; r < kLaneRows; ++r) {
      float query[kChunk];
      load_chunk(query, sQ + Layout::template at<kWidth>(rows.row(r), d));
#pragma unroll
      for (int c = 0; c < kChunk; ++c) {
#pragma unroll
        for (int i = 0; i < kLaneKeys; ++i) s[r][i] = fmaf(query[c], key[i][c], s[r][i]);
      }
    }
  }
}

// One row under the online softmax: its scores become probabilities relative to the new maximum,
// and its sum and output are brought to it.
template <int kWidth>
__device__ __forceinline__ void weigh_row(float (&s)[kLaneKeys], LaneRows<kWidth>& rows, int r,
                                          SeenKeys seen, float scale_log2) {
  float m_tile = -numerics::kInfinity;
#pragma unroll
  for (int i = 0; i < kLaneKeys; ++i) {
    s[i] = seen.has(rows.key(i)) ? s[i] * scale_log2 : -numerics::kInfinity;
    m_tile = fmaxf(m_tile, s[i]);
  }
  numerics::SoftmaxState& state = rows.state[r];
  const float m_new = fmaxf(state.m_log2, row_max(m_tile));
  float p_sum = 0.0f;
#pragma unroll
  for (int i = 0; i < kLaneKeys; ++i) {
    s[i] = numerics::softmax_weight(s[i], m_new);
    p_sum = i == 0 ? s[i] : p_sum + s[i];
  }
  const float rescale = numerics::softmax_weight(state.m_log2, m_new);
  state.l = fmaf(state.l, rescale, row_sum(p_sum));
  state.m_log2 = m_new;
#pragma unroll
  for (int c = 0; c < LaneRows<kWidth>::kChunks; ++c) {
#pragma unroll
    for (int e = 0; e < kChunk; ++e) rows.o[r][c][e] *= rescale;
  }
}

// O += P V over the tile's keys, ascending. kAllSeen: every row sees every key; else each row takes
// only those that it sees.
template <class Layout, int kWidth, bool kAllSeen>
__device__ __forceinline__ void add_values(LaneRows<kWidth>& rows, const float* sP, const float* sV,
                                           const SeenKeys (&seen)[kLaneRows]) {
  for (int key = 0; key < kTileKeys; key += kChunk) {
    float p[kLaneRows][kChunk];
#pragma unroll
    for (int r = 0; r < kLaneRows; ++r) {
      load_chunk(p[r], sP + Layout::template at_p<kTileKeys>(rows.row(r), key));
    }
#pragma unroll
    for (int j = 0; j < kChunk; ++j) {
#pragma unroll
      for (int c = 0; c < LaneRows<kWidth>::kChunks; ++c) {
        float value[kChunk];
        load_chunk(value, sV + Layout::template at<kWidth>(key + j, rows.column(c)));
#pragma unroll
        for (int r = 0; r < kLaneRows; ++r) {
          if (!kAllSeen && !seen[r].has(key + j)) continue;
#pragma unroll
          for (int e = 0; e < kChunk; ++e) {
            rows.o[r][c][e] = fmaf(p[r][j], value[e], rows.o[r][c][e]);
          }
        }
      }
    }
  }
}

// Divides a row by its sum and writes the lane's columns of it to `o_row` (D), and its LSE.
template <int kWidth, class T>
__device__ __forceinline__ void write_row(T* o_row, float* lse_nat, const LaneRows<kWidth>& rows,
                                          int r, int head_dim) {
  const float inverse_l = numerics::inverse_sum(rows.state[r].l);
#pragma unroll
  for (int c = 0; c < LaneRows<kWidth>::kChunks; ++c) {
    float out[kChunk];
#pragma unroll
    for (int e = 0; e < kChunk; ++e) out[e] = rows.o[r][c][e] * inverse_l;
    if (rows.column(c) < head_dim) store_chunk(o_row + rows.column(c), out);
  }
  if (rows.part == 0) *lse_nat = numerics::lse_nat(rows.state[r]);
}

}  // namespace attnlab::kernels::register_tiles
