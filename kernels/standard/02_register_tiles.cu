// SPDX-License-Identifier: MIT
//
// Computes      S = Q K^T * scale, P = softmax(S) row by row, O = P V and LSE in three passes, with
//               tiles in registers: the standard that FlashAttention is fairly measured against.
// Shapes        Q, O [batch, heads, len_q, D]; K, V [batch, kv_heads, len_kv, D]; S, P [batch,
//               heads, len_q, len_kv]; LSE [batch, heads, len_q]; dense, row-major, fp32. D a
//               multiple of 8, at most 128. Any lengths; len_kv may be 0.
// Mapping       Scores: block (key tile, query tile, batch * heads + head). Softmax: a warp is a
//               row. Output: block (query tile, batch * heads + head). Tiles of 64 x 64, 4 warps; a
//               lane has 4 rows, of S 8 keys, of O D / 8 columns, as in flash_fwd/06_swizzled.
// Memory        Writes S and P whole and reads S three times, P once, as 01_three_pass does; Q and
//               K once per tile of 64: cost() in sim/model/standard/02_register_tiles.cpp. Shared:
//               Q and K (64, W), then P (64, 64) and V (64, W); W = 64 for D <= 64, else 128.
// Numerics      That of 01_three_pass, to the last bit: every sum has the same order.
// Synchronises  Scores: one barrier after the tiles are in. Output: two a key tile, before it is
//               overwritten and after it is there.
// Requires      128 W floats of dynamic shared memory for scores, 64 (64 + W) for output; any
//               compute capability from 8.0.
// Changed       (from 01_three_pass) Each number read from shared memory serves 4 or 8 fused
//               multiply-adds; the passes, and what they move, stay.
// See           docs/flash_attention.md; sim/model/standard/02_register_tiles.cpp; tests/kernels.

#include "kernels/common/register_tiles.cuh"
#include "kernels/common/tile_layouts.cuh"
#include "kernels/standard/softmax_rows.cuh"

namespace attnlab::kernels {

// Pass 1: S = Q K^T * scale, masked scores -inf.
template <int kWidth>
__device__ __forceinline__ void standard_scores(const float* q, const float* k, float* s, int heads,
                                                int kv_heads, int len_q, int len_kv, int head_dim,
                                                int causal, int window, float scale) {
  using namespace register_tiles;
  const int first_key = blockIdx.x * kTileKeys;
  const int first_query = blockIdx.y * kTileQ;
  const int batch = blockIdx.z / heads;
  const int head = blockIdx.z % heads;
  const int kv_head = head / (heads / kv_heads);

  const float* gQ = q + head_offset(batch, heads, head, len_q, head_dim);         // (Lq, D)
  const float* gK = k + head_offset(batch, kv_heads, kv_head, len_kv, head_dim);  // (Lk, D)
  float* gS = s + head_offset(batch, heads, head, len_q, len_kv);                 // (Lq, Lk)

  extern __shared__ float4 shared[];             // aligned for 16-byte accesses
  float* sQ = reinterpret_cast<float*>(shared);  // (Br, W)
  float* sK = sQ + kTileQ * kWidth;              // (Bc, W)

  // Load a tile of Q and a tile of K.
  load_tile<SwizzledTiles, kWidth>(sQ, gQ, first_query, len_q, head_dim);
  load_tile<SwizzledTiles, kWidth>(sK, gK, first_key, len_kv, head_dim);
  __syncthreads();  // every warp may read the tiles that all warps wrote

  // Compute the tile of S = Q K^T: a lane has 4 rows and 8 keys.
  const LaneRows<kWidth> rows = lane_rows<kWidth>();
  float dot[kLaneRows][kLaneKeys];
  score<SwizzledTiles>(dot, rows, sQ, sK, head_dim);

  // Write the scaled scores; a masked one is -inf.
#pragma unroll
  for (int r = 0; r < kLaneRows; ++r) {
    const int query = first_query + rows.row(r);
    const SeenKeys seen = seen_in_tile(causal, window, query, len_q, len_kv, first_key);
#pragma unroll
    for (int i = 0; i < kLaneKeys; ++i) {
      const int column = first_key + rows.key(i);
      if (query >= len_q || column >= len_kv) continue;
      gS[static_cast<long long>(query) * len_kv + column] =
          seen.has(rows.key(i)) ? dot[r][i] * scale : -numerics::kInfinity;
    }
  }
}

// Pass 2: P = softmax(S) and LSE, a warp a row.
__device__ __forceinline__ void standard_softmax(const float* s, float* p, float* lse_nat,
                                                 long long rows, int len_kv) {
  const long long row = static_cast<long long>(blockIdx.x) * kWarps + threadIdx.x / kWarpLanes;
  if (row >= rows) return;
  const float* gS = s + row * len_kv;  // (Lk)

  // Find the row's maximum.
  const float m = row_maximum(gS, len_kv);

  // Sum the row's exponentials relative to the maximum.
  const float l = row_weight_sum(gS, m, len_kv);

  // Write the probabilities and LSE; a row that saw nothing has P = 0 and LSE = -inf.
  write_probabilities(p + row * len_kv, lse_nat + row, gS, m, l, len_kv);
}

// Pass 3: O = P V.
template <int kWidth>
__device__ __forceinline__ void standard_output(const float* p, const float* v, float* o, int heads,
                                                int kv_heads, int len_q, int len_kv, int head_dim,
                                                int causal, int window) {
  using namespace register_tiles;
  const int first_query = blockIdx.x * kTileQ;
  const int batch = blockIdx.y / heads;
  const int head = blockIdx.y % heads;
  const int kv_head = head / (heads / kv_heads);
  const int warp = threadIdx.x / kWarpLanes;
  const int lane = threadIdx.x % kWarpLanes;

  const float* gP = p + head_offset(batch, heads, head, len_q, len_kv);           // (Lq, Lk)
  const float* gV = v + head_offset(batch, kv_heads, kv_head, len_kv, head_dim);  // (Lk, D)
  float* gO = o + head_offset(batch, heads, head, len_q, head_dim);               // (Lq, D)

  extern __shared__ float4 shared[];             // aligned for 16-byte accesses
  float* sP = reinterpret_cast<float*>(shared);  // (Br, Bc)
  float* sV = sP + kTileQ * kTileKeys;           // (Bc, W)

  LaneRows<kWidth> rows = lane_rows<kWidth>();

  for (int first_key = 0; first_key < len_kv; first_key += kTileKeys) {
    __syncthreads();  // every warp is done with the tiles that are about to be overwritten

    // Load the next tile of P and of V.
    for (int row = warp; row < kTileQ; row += kWarps) {
      const int query = first_query + row;
      for (int column = lane; column < kTileKeys; column += kWarpLanes) {
        const bool inside = query < len_q && first_key + column < len_kv;
        sP[SwizzledTiles::at_p<kTileKeys>(row, column)] =
            inside ? gP[static_cast<long long>(query) * len_kv + first_key + column] : 0.0f;
      }
    }
    load_tile<SwizzledTiles, kWidth>(sV, gV, first_key, len_kv, head_dim);
    __syncthreads();  // every warp may read the tiles that all warps wrote

    // Add P V of this tile, keys in ascending order.
    SeenKeys seen[kLaneRows];
    bool all_seen = true;
#pragma unroll
    for (int r = 0; r < kLaneRows; ++r) {
      seen[r] = seen_in_tile(causal, window, first_query + rows.row(r), len_q, len_kv, first_key);
      all_seen = all_seen && seen[r].has_all(kTileKeys);
    }
    if (__all_sync(kAllLanes, all_seen)) {
      add_values<SwizzledTiles, kWidth, true>(rows, sP, sV, seen);
    } else {
      add_values<SwizzledTiles, kWidth, false>(rows, sP, sV, seen);
    }
  }

  // Write O.
#pragma unroll
  for (int r = 0; r < kLaneRows; ++r) {
    const int query = first_query + rows.row(r);
    if (query >= len_q) break;
#pragma unroll
    for (int c = 0; c < LaneRows<kWidth>::kChunks; ++c) {
      if (rows.column(c) >= head_dim) continue;
      store_chunk(gO + static_cast<long long>(query) * head_dim + rows.column(c), rows.o[r][c]);
    }
  }
}

}  // namespace attnlab::kernels

// One entry point per width of the tiles, 64 for D <= 64 and else 128; one for the softmax.
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_tiles_scores_d64_kernel(const float* q, const float* k, float* s, int heads,
                                     int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                                     int window, float scale) {
  attnlab::kernels::standard_scores<64>(q, k, s, heads, kv_heads, len_q, len_kv, head_dim, causal,
                                        window, scale);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_tiles_output_d64_kernel(const float* p, const float* v, float* o, int heads,
                                     int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                                     int window) {
  attnlab::kernels::standard_output<64>(p, v, o, heads, kv_heads, len_q, len_kv, head_dim, causal,
                                        window);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_tiles_scores_d128_kernel(const float* q, const float* k, float* s, int heads,
                                      int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                                      int window, float scale) {
  attnlab::kernels::standard_scores<128>(q, k, s, heads, kv_heads, len_q, len_kv, head_dim, causal,
                                         window, scale);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_tiles_output_d128_kernel(const float* p, const float* v, float* o, int heads,
                                      int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                                      int window) {
  attnlab::kernels::standard_output<128>(p, v, o, heads, kv_heads, len_q, len_kv, head_dim, causal,
                                         window);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_tiles_softmax_kernel(const float* s, float* p, float* lse_nat, long long rows,
                                  int len_kv) {
  attnlab::kernels::standard_softmax(s, p, lse_nat, rows, len_kv);
}
