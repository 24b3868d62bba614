// SPDX-License-Identifier: MIT
//
// Computes      O = softmax(Q K^T * scale) V and LSE, leaving out the key tiles that the mask hides
//               from all queries of a tile: half of them under a causal mask.
// Shapes        Q, O [batch, heads, len_q, D]; K, V [batch, kv_heads, len_kv, D]; LSE [batch,
//               heads, len_q] in fp32; dense, row-major; Q, K, V, O in fp32, fp16 or bf16. D <=
//               256. Any lengths; len_kv may be 0.
// Mapping       Block (query tile, head, batch) of 4 warps; a query tile is Br = 32 rows, a key
//               tile Bc = 32 keys. A warp owns 8 rows; in S a lane is a key, in O a lane is columns
//               lane, lane + 32, ...
// Memory        Reads Q once, of K and V the tiles that a query tile sees: cost() in
//               sim/model/flash_fwd/04_skip_tiles.cpp. Shared: Q (32, D), K (32, D+1), V (32, D).
// Numerics      That of 01_tiled, to the last bit: a tile that shows a row nothing leaves its m, l
//               and O as they are.
// Synchronises  Two barriers a key tile: before it is overwritten, and after it is there.
// Requires      32 D + 32 (2 D + 1) floats of dynamic shared memory (98,432 bytes at D = 256); any
//               compute capability from 8.0.
// Changed       (from 01_tiled) The bounds of one loop. Blocks now differ in work: the last query
//               tile sees all keys, the first next to none.
// See           docs/flash_attention.md; sim/model/flash_fwd/04_skip_tiles.cpp; tests/kernels.

#include "kernels/common/warp_rows.cuh"

namespace attnlab::kernels {

constexpr int kRowsPerWarp = 8;
constexpr int kTileQ = kWarps * kRowsPerWarp;  // Br

template <class T>
__device__ __forceinline__ void flash_fwd_skip_tiles(const T* q, const T* k, const T* v, T* o,
                                                     float* lse_nat, int heads, int kv_heads,
                                                     int len_q, int len_kv, int head_dim,
                                                     int causal, int window, float scale_log2) {
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
  const int k_pitch = head_dim + 1;    // odd where it matters: 32 keys, 32 banks
  float* sQ = shared;                  // (Br, D)
  float* sK = sQ + kTileQ * head_dim;  // (Bc, D), pitch D + 1
  float* sV = sK + kTileKv * k_pitch;  // (Bc, D)

  // Load the query tile once; it stays in shared memory.
  load_tile(sQ, head_dim, gQ, first_query, kTileQ, len_q, head_dim);

  // Every row starts having seen nothing: m = -inf, l = 0, O = 0.
  numerics::SoftmaxState state[kRowsPerWarp];
  float acc[kRowsPerWarp][kLaneColumns] = {};  // O (Br, D): this warp's rows, this lane's columns

  // Walk only over the key tiles that hold a key which some query of the tile sees: from the first
  // query's first key to the last query's last.
  const int last_query = (first_query + kTileQ < len_q ? first_query + kTileQ : len_q) - 1;
  const int keys_end = numerics::visible_key_count(causal, last_query, len_q, len_kv);
  const int keys_begin = numerics::first_visible_key(window, first_query, len_q, len_kv);

  for (int first_key = keys_begin / kTileKv * kTileKv; first_key < keys_end; first_key += kTileKv) {
    __syncthreads();  // every warp is done with the tiles that are about to be overwritten

    // Load the next tile of K and of V.
    load_tile(sK, k_pitch, gK, first_key, kTileKv, len_kv, head_dim);
    load_tile(sV, head_dim, gV, first_key, kTileKv, len_kv, head_dim);
    __syncthreads();  // every warp may read the tiles that all warps wrote

    // Compute the tile of S = Q K^T: a lane takes one key, a warp its rows.
    float dot[kRowsPerWarp];  // S (Br, Bc)
    dot_products(dot, sQ + warp * kRowsPerWarp * head_dim, sK + lane * k_pitch, head_dim);

#pragma unroll
    for (int r = 0; r < kRowsPerWarp; ++r) {
      const int query = first_query + warp * kRowsPerWarp + r;
      if (query >= len_q) break;
      const SeenKeys seen = seen_in_tile(causal, window, query, len_q, len_kv, first_key);

      // Find the row's new maximum and its probabilities relative to it.
      const float score = seen.has(lane) ? dot[r] * scale_log2 : -numerics::kInfinity;
      const float m_new = fmaxf(state[r].m_log2, numerics::warp_max(score));
      const float p = numerics::softmax_weight(score, m_new);

      // Bring the old sum and output to the new row maximum.
      rescale_row(state[r], acc[r], m_new, numerics::warp_sum(p), head_dim);

      // Add P V of this tile, keys in ascending order: lane j holds the weight of key j.
      add_values(acc[r], p, sV, seen, head_dim);
    }
  }

  // Divide by the row sum and write O and LSE.
#pragma unroll
  for (int r = 0; r < kRowsPerWarp; ++r) {
    const int query = first_query + warp * kRowsPerWarp + r;
    if (query >= len_q) break;
    write_row(gO + static_cast<long long>(query) * head_dim, gLse + query, state[r], acc[r],
              head_dim);
  }
}

}  // namespace attnlab::kernels

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_skip_tiles_kernel(const float* q, const float* k, const float* v, float* o,
                                float* lse_nat, int heads, int kv_heads, int len_q, int len_kv,
                                int head_dim, int causal, int window, float scale_log2) {
  attnlab::kernels::flash_fwd_skip_tiles(q, k, v, o, lse_nat, heads, kv_heads, len_q, len_kv,
                                         head_dim, causal, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_skip_tiles_f16_kernel(const attnlab::kernels::Half* q,
                                    const attnlab::kernels::Half* k,
                                    const attnlab::kernels::Half* v, attnlab::kernels::Half* o,
                                    float* lse_nat, int heads, int kv_heads, int len_q, int len_kv,
                                    int head_dim, int causal, int window, float scale_log2) {
  attnlab::kernels::flash_fwd_skip_tiles(q, k, v, o, lse_nat, heads, kv_heads, len_q, len_kv,
                                         head_dim, causal, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_skip_tiles_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                     const attnlab::kernels::BFloat16* k,
                                     const attnlab::kernels::BFloat16* v,
                                     attnlab::kernels::BFloat16* o, float* lse_nat, int heads,
                                     int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                                     int window, float scale_log2) {
  attnlab::kernels::flash_fwd_skip_tiles(q, k, v, o, lse_nat, heads, kv_heads, len_q, len_kv,
                                         head_dim, causal, window, scale_log2);
}
