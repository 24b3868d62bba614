// SPDX-License-Identifier: MIT
//
// Computes      O = softmax(Q K^T * scale) V and LSE with K and V split over the warps ("split-K"):
//               four warps share a query tile, each takes a quarter of every key tile, and what
//               they find must be brought together through shared memory.
// Shapes        Q, O [batch, heads, len_q, D]; K, V [batch, kv_heads, len_kv, D]; LSE [batch,
//               heads, len_q] in fp32; dense, row-major; Q, K, V, O in fp32, fp16 or bf16. D <=
//               128. Any lengths; len_kv may be 0.
// Mapping       Block (query tile, head, batch) of 4 warps; a query tile is Br = 16 rows, a key
//               tile Bc = 128 keys. In S warp w has all rows and keys 32 w to 32 w + 31, a lane a
//               key. Of m every warp keeps all rows; l and O of rows 4 w to 4 w + 3 are warp w's, a
//               lane has columns lane, lane + 32, ...
// Memory        Reads Q once, K and V once per query tile: cost() in
//               sim/model/flash_fwd/03_split_k.cpp. Shared: Q (16, D), K (128, D+1), V (128, D),
//               and a maximum and a sum (4, 16); the warps' parts of O (4, 16, D) take K's place.
// Numerics      fp32, fused only where fmaf is written. Scores in base 2: s = (q.k) * scale_log2, d
//               ascending. p = ex2(s - m). A warp sums its 32 weights by butterfly and its part of
//               O over keys ascending, from 0; sums and parts are added in the order of the warps,
//               O after its rescale. A masked key takes no part; a row that sees nothing has O = 0,
//               LSE = -inf.
// Synchronises  Four barriers a key tile: around the load, after the maxima, after sums and parts
//               of O are there. 01_tiled needs the first two only.
// Requires      16 D + 128 (2 D + 1) + 128 floats of dynamic shared memory (140,288 bytes at D =
//               128); any compute capability from 8.0.
// Changed       (from 01_tiled) Warps split the keys, not the queries. Each key is read from shared
//               memory by one warp instead of four, but maxima, sums and O are exchanged.
// See           docs/flash_attention.md; sim/model/flash_fwd/03_split_k.cpp; tests/kernels.

#include "kernels/common/warp_rows.cuh"

namespace attnlab::kernels {

constexpr int kTileQ = 16;                   // Br
constexpr int kTileKeys = kWarps * kTileKv;  // Bc: 32 keys a warp
constexpr int kOwnRows = kTileQ / kWarps;    // rows whose l and O a warp keeps
constexpr int kColumns = 4;                  // of O a lane owns, at most: D <= 128

// What one warp found of each row, [warp][row].
using PerWarp = float (*)[kTileQ];

// The maximum of what the warps found of a row.
__device__ __forceinline__ float max_over_warps(PerWarp part, int row) {
  return fmaxf(fmaxf(part[0][row], part[1][row]), fmaxf(part[2][row], part[3][row]));
}

// The sum of what the warps found of a row, in their order.
__device__ __forceinline__ float sum_over_warps(PerWarp part, int row) {
  return part[0][row] + part[1][row] + part[2][row] + part[3][row];
}

template <class T>
__device__ __forceinline__ void flash_fwd_split_k(const T* q, const T* k, const T* v, T* o,
                                                  float* lse_nat, int heads, int kv_heads,
                                                  int len_q, int len_kv, int head_dim, int causal,
                                                  int window, float scale_log2) {
  const int first_query = blockIdx.x * kTileQ;
  const int head = blockIdx.y;
  const int batch = blockIdx.z;
  const int kv_head = head / (heads / kv_heads);
  const int warp = threadIdx.x / kWarpLanes;
  const int lane = threadIdx.x % kWarpLanes;

  const T* gQ = q + head_offset(batch, heads, head, len_q, head_dim);         // (Lq, D)
  const T* gK = k + head_offset(batch, kv_heads, kv_head, len_kv, head_dim);  // (Lk, D)
  const T* gV = v + head_offset(batch, kv_heads, kv_head, len_kv, head_dim);  // (Lk, D)
  T* gO = o + head_offset(batch, heads, head, len_q, head_dim);               // (Lq, D)
  float* gLse = lse_nat + head_offset(batch, heads, head, len_q, 1);          // (Lq)

  extern __shared__ float shared[];
  const int k_pitch = head_dim + 1;       // odd where it matters: 32 keys, 32 banks
  float* sQ = shared;                     // (Br, D)
  float* sV = sQ + kTileQ * head_dim;     // (Bc, D)
  float* sK = sV + kTileKeys * head_dim;  // (Bc, D), pitch D + 1
  float* sPart = sK;                      // O (4, Br, D), once S is there
  float* exchange = sK + kTileKeys * k_pitch;
  PerWarp sMax = reinterpret_cast<PerWarp>(exchange);  // m (4, Br)
  PerWarp sSum = sMax + kWarps;                        // l (4, Br)

  // Load the query tile once; it stays in shared memory.
  load_tile(sQ, head_dim, gQ, first_query, kTileQ, len_q, head_dim);

  // Every row starts having seen nothing: m = -inf, l = 0, O = 0.
  float m_log2[kTileQ];  // of all rows
#pragma unroll
  for (int r = 0; r < kTileQ; ++r) m_log2[r] = -numerics::kInfinity;
  numerics::SoftmaxState state[kOwnRows];
  float acc[kOwnRows][kColumns] = {};

  for (int first_key = 0; first_key < len_kv; first_key += kTileKeys) {
    __syncthreads();  // every warp is done with the tiles that are about to be overwritten

    // Load the next tile of K and of V.
    load_tile(sK, k_pitch, gK, first_key, kTileKeys, len_kv, head_dim);
    load_tile(sV, head_dim, gV, first_key, kTileKeys, len_kv, head_dim);
    __syncthreads();  // every warp may read the tiles that all warps wrote

    // Compute the tile of S = Q K^T: a lane takes one key, a warp its quarter of the keys.
    const int warp_key = warp * kTileKv;  // the first of the quarter
    const auto seen_in_quarter = [&](int row) {
      const int query = first_query + row;
      if (query >= len_q) return SeenKeys{0, 0};
      return seen_in_tile(causal, window, query, len_q, len_kv, first_key + warp_key);
    };
    float dot[kTileQ];  // S (Br, Bc)
    dot_products(dot, sQ, sK + (warp_key + lane) * k_pitch, head_dim);

    // Tell the other warps each row's maximum over this quarter.
#pragma unroll
    for (int r = 0; r < kTileQ; ++r) {
      const SeenKeys seen = seen_in_quarter(r);
      dot[r] = seen.has(lane) ? dot[r] * scale_log2 : -numerics::kInfinity;
      const float m_quarter = numerics::warp_max(dot[r]);
      if (lane == 0) sMax[warp][r] = m_quarter;
    }
    __syncthreads();  // every warp may read the maxima of all, and overwrite K

    // Find the row's new maximum and its probabilities relative to it; pass on their sum, and P V
    // of this quarter, keys in ascending order.
#pragma unroll
    for (int r = 0; r < kTileQ; ++r) {
      m_log2[r] = fmaxf(m_log2[r], max_over_warps(sMax, r));
      const float p = numerics::softmax_weight(dot[r], m_log2[r]);
      const float p_sum = numerics::warp_sum(p);
      if (lane == 0) sSum[warp][r] = p_sum;
      float part[kColumns] = {};
      add_values(part, p, sV + warp_key * head_dim, seen_in_quarter(r), head_dim);
      keep_row(sPart + (warp * kTileQ + r) * head_dim, part, head_dim);
    }
    __syncthreads();  // every warp may read the sums and the parts of O of all

    // Bring the old sum and output to the new row maximum.
#pragma unroll
    for (int i = 0; i < kOwnRows; ++i) {
      const int r = warp * kOwnRows + i;
      const float m_new = fmaxf(state[i].m_log2, max_over_warps(sMax, r));
      rescale_row(state[i], acc[i], m_new, sum_over_warps(sSum, r), head_dim);

      // Add the warps' parts of O, in their order.
#pragma unroll
      for (int w = 0; w < kWarps; ++w) {
        float part[kColumns] = {};
        read_row(part, sPart + (w * kTileQ + r) * head_dim, head_dim);
#pragma unroll
        for (int c = 0; c < kColumns; ++c) acc[i][c] += part[c];
      }
    }
  }

  // Divide by the row sum and write O and LSE.
#pragma unroll
  for (int i = 0; i < kOwnRows; ++i) {
    const int query = first_query + warp * kOwnRows + i;
    if (query >= len_q) break;
    write_row(gO + static_cast<long long>(query) * head_dim, gLse + query, state[i], acc[i],
              head_dim);
  }
}

}  // namespace attnlab::kernels

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_split_k_kernel(const float* q, const float* k, const float* v, float* o,
                             float* lse_nat, int heads, int kv_heads, int len_q, int len_kv,
                             int head_dim, int causal, int window, float scale_log2) {
  attnlab::kernels::flash_fwd_split_k(q, k, v, o, lse_nat, heads, kv_heads, len_q, len_kv, head_dim,
                                      causal, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_split_k_f16_kernel(const attnlab::kernels::Half* q, const attnlab::kernels::Half* k,
                                 const attnlab::kernels::Half* v, attnlab::kernels::Half* o,
                                 float* lse_nat, int heads, int kv_heads, int len_q, int len_kv,
                                 int head_dim, int causal, int window, float scale_log2) {
  attnlab::kernels::flash_fwd_split_k(q, k, v, o, lse_nat, heads, kv_heads, len_q, len_kv, head_dim,
                                      causal, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_split_k_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                  const attnlab::kernels::BFloat16* k,
                                  const attnlab::kernels::BFloat16* v,
                                  attnlab::kernels::BFloat16* o, float* lse_nat, int heads,
                                  int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                                  int window, float scale_log2) {
  attnlab::kernels::flash_fwd_split_k(q, k, v, o, lse_nat, heads, kv_heads, len_q, len_kv, head_dim,
                                      causal, window, scale_log2);
}
