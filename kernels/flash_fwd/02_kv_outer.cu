// SPDX-License-Identifier: MIT
//
// Computes      O = softmax(Q K^T * scale) V and LSE in FlashAttention-1's order: K and V pass by
//               outside, the queries inside, and what a row has so far (m, l, O) waits in device
//               memory for the next key tile.
// Shapes        Q, O [batch, heads, len_q, D]; K, V [batch, kv_heads, len_kv, D]; LSE, m, l [batch,
//               heads, len_q] and the running O [batch, heads, len_q, D] in fp32; dense, row-major;
//               Q, K, V, O in fp32, fp16 or bf16. D <= 256. Any lengths.
// Mapping       Block (head, batch) of 4 warps; query tiles of Br = 32 rows, key tiles of Bc = 32
//               keys. A warp owns 8 rows; in S a lane is a key, in O a lane is columns lane, lane +
//               32, ...
// Memory        Reads K and V once, Q once per key tile; m, l and the running O are written after
//               every key tile but the last and read before every one but the first: cost() in
//               sim/model/flash_fwd/02_kv_outer.cpp. Shared: Q (32, D), K (32, D+1), V (32, D).
// Numerics      That of 01_tiled, to the last bit: a row meets the same key tiles in the same
//               order, and fp32 numbers survive a trip to device memory.
// Synchronises  Two barriers around the load of each tile.
// Requires      32 D + 32 (2 D + 1) floats of dynamic shared memory (98,432 bytes at D = 256); any
//               compute capability from 8.0.
// Changed       (from 01_tiled) The loops trade places: K and V are read once, but O goes to device
//               memory and back at every key tile, and there is one block a head, not one a query
//               tile.
// See           docs/flash_attention.md; sim/model/flash_fwd/02_kv_outer.cpp; tests/kernels.

#include "kernels/common/warp_rows.cuh"

namespace attnlab::kernels {

constexpr int kRowsPerWarp = 8;
constexpr int kTileQ = kWarps * kRowsPerWarp;  // Br

template <class T>
__device__ __forceinline__ void flash_fwd_kv_outer(const T* q, const T* k, const T* v,
                                                   float* o_running, float* m_log2, float* l, T* o,
                                                   float* lse_nat, int heads, int kv_heads,
                                                   int len_q, int len_kv, int head_dim, int causal,
                                                   int window, float scale_log2) {
  const int head = blockIdx.x;
  const int batch = blockIdx.y;
  const int kv_head = head / (heads / kv_heads);
  const int warp = threadIdx.x / kWarpLanes;
  const int lane = threadIdx.x % kWarpLanes;

  const long long q_offset = head_offset(batch, heads, head, len_q, head_dim);
  const T* gQ = q + q_offset;                                                 // (Lq, D)
  const T* gK = k + head_offset(batch, kv_heads, kv_head, len_kv, head_dim);  // (Lk, D)
  const T* gV = v + head_offset(batch, kv_heads, kv_head, len_kv, head_dim);  // (Lk, D)
  float* gRunning = o_running + q_offset;                                     // (Lq, D)
  T* gO = o + q_offset;                                                       // (Lq, D)
  const long long row_offset = head_offset(batch, heads, head, len_q, 1);
  float* gM = m_log2 + row_offset;     // (Lq)
  float* gL = l + row_offset;          // (Lq)
  float* gLse = lse_nat + row_offset;  // (Lq)

  extern __shared__ float shared[];
  const int k_pitch = head_dim + 1;    // odd where it matters: 32 keys, 32 banks
  float* sQ = shared;                  // (Br, D)
  float* sK = sQ + kTileQ * head_dim;  // (Bc, D), pitch D + 1
  float* sV = sK + kTileKv * k_pitch;  // (Bc, D)

  // One key tile at least, so that rows are written even where there are no keys.
  for (int first_key = 0; first_key == 0 || first_key < len_kv; first_key += kTileKv) {
    const bool is_first = first_key == 0;
    const bool is_last = first_key + kTileKv >= len_kv;
    __syncthreads();  // every warp is done with the key tile that is about to be overwritten

    // Load the next tile of K and of V; it stays while all queries pass by.
    load_tile(sK, k_pitch, gK, first_key, kTileKv, len_kv, head_dim);
    load_tile(sV, head_dim, gV, first_key, kTileKv, len_kv, head_dim);

    for (int first_query = 0; first_query < len_q; first_query += kTileQ) {
      __syncthreads();  // every warp is done with the query tile that is about to be overwritten

      // Load the next query tile.
      load_tile(sQ, head_dim, gQ, first_query, kTileQ, len_q, head_dim);
      __syncthreads();  // every warp may read the tiles that all warps wrote

      // Compute the tile of S = Q K^T: a lane takes one key, a warp its rows.
      float dot[kRowsPerWarp];  // S (Br, Bc)
      dot_products(dot, sQ + warp * kRowsPerWarp * head_dim, sK + lane * k_pitch, head_dim);

#pragma unroll
      for (int r = 0; r < kRowsPerWarp; ++r) {
        const int query = first_query + warp * kRowsPerWarp + r;
        if (query >= len_q) break;
        const SeenKeys seen = seen_in_tile(causal, window, query, len_q, len_kv, first_key);

        // Bring back what the row has so far, m, l and O; at first it has seen nothing.
        numerics::SoftmaxState state;
        float acc[kLaneColumns] = {};
        float* running = gRunning + static_cast<long long>(query) * head_dim;
        if (!is_first) {
          state = {read_for_all(gM + query), read_for_all(gL + query)};
          read_row(acc, running, head_dim);
        }

        // Find the row's new maximum and its probabilities relative to it.
        const float score = seen.has(lane) ? dot[r] * scale_log2 : -numerics::kInfinity;
        const float m_new = fmaxf(state.m_log2, numerics::warp_max(score));
        const float p = numerics::softmax_weight(score, m_new);

        // Bring the old sum and output to the new row maximum.
        rescale_row(state, acc, m_new, numerics::warp_sum(p), head_dim);

        // Add P V of this tile, keys in ascending order: lane j holds the weight of key j.
        add_values(acc, p, sV, seen, head_dim);

        if (is_last) {
          // After the last key tile, divide by the row sum and write O and LSE.
          write_row(gO + static_cast<long long>(query) * head_dim, gLse + query, state, acc,
                    head_dim);
        } else {
          // Leave m, l and O in device memory for the next key tile.
          if (lane == 0) gM[query] = state.m_log2;
          if (lane == 0) gL[query] = state.l;
          keep_row(running, acc, head_dim);
        }
      }
    }
  }
}

}  // namespace attnlab::kernels

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_kv_outer_kernel(const float* q, const float* k, const float* v, float* o_running,
                              float* m_log2, float* l, float* o, float* lse_nat, int heads,
                              int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                              int window, float scale_log2) {
  attnlab::kernels::flash_fwd_kv_outer(q, k, v, o_running, m_log2, l, o, lse_nat, heads, kv_heads,
                                       len_q, len_kv, head_dim, causal, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_kv_outer_f16_kernel(const attnlab::kernels::Half* q, const attnlab::kernels::Half* k,
                                  const attnlab::kernels::Half* v, float* o_running, float* m_log2,
                                  float* l, attnlab::kernels::Half* o, float* lse_nat, int heads,
                                  int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                                  int window, float scale_log2) {
  attnlab::kernels::flash_fwd_kv_outer(q, k, v, o_running, m_log2, l, o, lse_nat, heads, kv_heads,
                                       len_q, len_kv, head_dim, causal, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_kv_outer_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                   const attnlab::kernels::BFloat16* k,
                                   const attnlab::kernels::BFloat16* v, float* o_running,
                                   float* m_log2, float* l, attnlab::kernels::BFloat16* o,
                                   float* lse_nat, int heads, int kv_heads, int len_q, int len_kv,
                                   int head_dim, int causal, int window, float scale_log2) {
  attnlab::kernels::flash_fwd_kv_outer(q, k, v, o_running, m_log2, l, o, lse_nat, heads, kv_heads,
                                       len_q, len_kv, head_dim, causal, window, scale_log2);
}
