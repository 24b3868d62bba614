// SPDX-License-Identifier: MIT
//
// Computes      dQ, dK and dV from dO without P in device memory: each tile of P is computed anew
//               from Q, K and LSE, once for dK and dV, once for dQ.
// Shapes        Q, O, dO, dQ [batch, heads, len_q, D]; K, V, dK, dV [batch, kv_heads, len_kv, D];
//               LSE, delta [batch, heads, len_q] in fp32; dense, row-major; all others in fp32,
//               fp16 or bf16. D <= 256. Any lengths; len_kv may be 0.
// Mapping       Delta: a warp is a row. dK, dV: block (key tile, K/V head, batch), which walks over
//               the query heads that share the K/V head and over their query tiles; a warp owns 8
//               keys, a lane is a query. dQ: block (query tile, head, batch), which walks over the
//               key tiles; a warp owns 8 queries, a lane is a key. Tiles of 32 x 32; of a gradient
//               a lane has columns lane, lane + 32, ...
// Memory        Reads Q and dO once per key tile that sees them and once more, K and V once per
//               query tile and once more: cost() in sim/model/flash_bwd/02_recompute.cpp. Shared:
//               for dK and dV K and V (32, D), Q and dO (32, D+1); for dQ the other way round.
// Numerics      fp32, fused only where fmaf is written. delta: a lane's columns ascending, fused,
//               then a butterfly. q.k and dO.v over d ascending. p = ex2(fma(q.k, scale_log2, -LSE
//               * log2(e))), product rounded. dS = p * (dO.v - delta). dV, dK: query heads
//               ascending, queries ascending; dQ: keys ascending; dK and dQ times scale at the end.
//               A masked pair takes no part, nor a row with LSE = -inf.
// Synchronises  Two barriers a tile: before it is overwritten, and after it is there. No atomics:
//               one block owns each row of a gradient, so the bits are fixed.
// Requires      32 (4 D + 2) floats of dynamic shared memory (131,328 bytes at D = 256; where a
//               block has 99 KB, D <= 192); any compute capability from 8.0.
// Changed       (from 01_stored_p) P and dS never reach device memory: more operations, fewer
//               bytes.
// See           docs/flash_bwd.md; sim/model/flash_bwd/02_recompute.cpp; tests/kernels.

#include "kernels/flash_bwd/weighted_rows.cuh"

namespace attnlab::kernels {

// Launch 1: delta = rowsum(dO o O), a warp a row.
template <class T>
__device__ __forceinline__ void flash_bwd_delta(const T* o, const T* grad_o, float* delta,
                                                long long rows, int head_dim) {
  const int lane = threadIdx.x % kWarpLanes;
  const long long row = static_cast<long long>(blockIdx.x) * kWarps + threadIdx.x / kWarpLanes;
  if (row >= rows) return;

  // Sum dO o O over the row.
  float sum = 0.0f;
  for (int column = lane; column < head_dim; column += kWarpLanes) {
    sum =
        fmaf(to_float(grad_o[row * head_dim + column]), to_float(o[row * head_dim + column]), sum);
  }
  sum = numerics::warp_sum(sum);
  if (lane == 0) delta[row] = sum;
}

// P of a pair from its product and the row's LSE in base 2.
__device__ __forceinline__ float recomputed_p(float dot, float scale_log2, float lse_log2) {
  return numerics::exp2_approx(fmaf(dot, scale_log2, -lse_log2));
}

// Launch 2: dK and dV of one key tile.
template <int kColumns, class T>
__device__ __forceinline__ void flash_bwd_columns(const T* q, const T* k, const T* v,
                                                  const T* grad_o, const float* lse_nat,
                                                  const float* delta, T* grad_k, T* grad_v,
                                                  int heads, int kv_heads, int len_q, int len_kv,
                                                  int head_dim, int causal, int window, float scale,
                                                  float scale_log2) {
  const int first_key = blockIdx.x * kTile;
  const int kv_head = blockIdx.y;
  const int batch = blockIdx.z;
  const int group = heads / kv_heads;
  const int warp = threadIdx.x / kWarpLanes;
  const int lane = threadIdx.x % kWarpLanes;
  const long long kv_offset = head_offset(batch, kv_heads, kv_head, len_kv, head_dim);

  extern __shared__ float shared[];
  const int pitch = head_dim + 1;      // odd where it matters: 32 queries, 32 banks
  float* sK = shared;                  // (Bc, D)
  float* sV = sK + kTile * head_dim;   // (Bc, D)
  float* sQ = sV + kTile * head_dim;   // (Br, D), pitch D + 1
  float* sGradO = sQ + kTile * pitch;  // (Br, D), pitch D + 1

  // Load the tile of K and of V once; they stay in shared memory.
  load_tile(sK, head_dim, k + kv_offset, first_key, kTile, len_kv, head_dim);
  load_tile(sV, head_dim, v + kv_offset, first_key, kTile, len_kv, head_dim);

  float dk[kRowsPerWarp][kColumns] = {};  // dK (Bc, D): this warp's keys, this lane's columns
  float dv[kRowsPerWarp][kColumns] = {};  // dV

  // Walk over the query heads that share this K/V head, and over the queries that see the tile.
  const int last_key = (first_key + kTile < len_kv ? first_key + kTile : len_kv) - 1;
  const int seeing = numerics::first_seeing_query(causal, first_key, len_q, len_kv);
  const int seeing_end = numerics::seeing_queries_end(window, last_key, len_q, len_kv);
  for (int head = kv_head * group; head < (kv_head + 1) * group; ++head) {
    const long long q_offset = head_offset(batch, heads, head, len_q, head_dim);
    const long long row_offset = head_offset(batch, heads, head, len_q, 1);
    for (int first_query = (seeing < 0 ? 0 : seeing) / kTile * kTile;
         first_query < len_q && first_query < seeing_end; first_query += kTile) {
      __syncthreads();  // every warp is done with the tiles that are about to be overwritten

      // Load the next tile of Q and of dO.
      load_tile(sQ, pitch, q + q_offset, first_query, kTile, len_q, head_dim);
      load_tile(sGradO, pitch, grad_o + q_offset, first_query, kTile, len_q, head_dim);
      __syncthreads();  // every warp may read the tiles that all warps wrote

      // Read LSE and delta of the lane's query.
      const int query = first_query + lane;
      const float lse = query < len_q ? lse_nat[row_offset + query] : -numerics::kInfinity;
      const float delta_row = query < len_q ? delta[row_offset + query] : 0.0f;
      const float lse_log2 = lse * numerics::kLog2E;
      const SeenKeys seen = contributing_keys(causal, window, query, len_q, len_kv, first_key, lse);

      // Compute the tiles Q K^T and dP = dO V^T: a lane takes one query, a warp its keys.
      float dot[kRowsPerWarp];
      float dp[kRowsPerWarp];
      dot_products(dot, sK + warp * kRowsPerWarp * head_dim, sQ + lane * pitch, head_dim);
      dot_products(dp, sV + warp * kRowsPerWarp * head_dim, sGradO + lane * pitch, head_dim);

#pragma unroll
      for (int r = 0; r < kRowsPerWarp; ++r) {
        // Recompute P from LSE, and dS from it.
        const unsigned int taken = __ballot_sync(kAllLanes, seen.has(warp * kRowsPerWarp + r));
        const float p = recomputed_p(dot[r], scale_log2, lse_log2);
        const float ds = p * (dp[r] - delta_row);

        // Add P^T dO to dV and dS^T Q to dK, queries in ascending order.
        add_weighted_rows(dv[r], p, taken, sGradO, pitch, head_dim);
        add_weighted_rows(dk[r], ds, taken, sQ, pitch, head_dim);
      }
    }
  }

  // Write dK, times scale, and dV.
  write_gradient(grad_k + kv_offset, first_key, len_kv, dk, scale, head_dim);
  write_gradient(grad_v + kv_offset, first_key, len_kv, dv, 1.0f, head_dim);
}

// Launch 3: dQ of one query tile.
template <int kColumns, class T>
__device__ __forceinline__ void flash_bwd_rows(const T* q, const T* k, const T* v, const T* grad_o,
                                               const float* lse_nat, const float* delta, T* grad_q,
                                               int heads, int kv_heads, int len_q, int len_kv,
                                               int head_dim, int causal, int window, float scale,
                                               float scale_log2) {
  const int first_query = blockIdx.x * kTile;
  const int head = blockIdx.y;
  const int batch = blockIdx.z;
  const int kv_head = head / (heads / kv_heads);
  const int warp = threadIdx.x / kWarpLanes;
  const int lane = threadIdx.x % kWarpLanes;
  const long long q_offset = head_offset(batch, heads, head, len_q, head_dim);
  const long long row_offset = head_offset(batch, heads, head, len_q, 1);
  const long long kv_offset = head_offset(batch, kv_heads, kv_head, len_kv, head_dim);

  extern __shared__ float shared[];
  const int pitch = head_dim + 1;         // odd where it matters: 32 keys, 32 banks
  float* sQ = shared;                     // (Br, D)
  float* sGradO = sQ + kTile * head_dim;  // (Br, D)
  float* sK = sGradO + kTile * head_dim;  // (Bc, D), pitch D + 1
  float* sV = sK + kTile * pitch;         // (Bc, D), pitch D + 1

  // Load the tile of Q and of dO once; they stay in shared memory.
  load_tile(sQ, head_dim, q + q_offset, first_query, kTile, len_q, head_dim);
  load_tile(sGradO, head_dim, grad_o + q_offset, first_query, kTile, len_q, head_dim);

  // Read LSE and delta of the warp's queries, a lane each.
  const int lane_query = first_query + warp * kRowsPerWarp + lane;
  const bool has_query = lane < kRowsPerWarp && lane_query < len_q;
  const float lse_of_lane = has_query ? lse_nat[row_offset + lane_query] : -numerics::kInfinity;
  const float delta_of_lane = has_query ? delta[row_offset + lane_query] : 0.0f;

  float dq[kRowsPerWarp][kColumns] = {};  // dQ (Br, D): this warp's rows, this lane's columns

  // Walk only over the key tiles that hold a key which some query of the tile sees.
  const int last_query = (first_query + kTile < len_q ? first_query + kTile : len_q) - 1;
  const int keys_end = numerics::visible_key_count(causal, last_query, len_q, len_kv);
  const int keys_begin = numerics::first_visible_key(window, first_query, len_q, len_kv);
  for (int first_key = keys_begin / kTile * kTile; first_key < keys_end; first_key += kTile) {
    __syncthreads();  // every warp is done with the tiles that are about to be overwritten

    // Load the next tile of K and of V.
    load_tile(sK, pitch, k + kv_offset, first_key, kTile, len_kv, head_dim);
    load_tile(sV, pitch, v + kv_offset, first_key, kTile, len_kv, head_dim);
    __syncthreads();  // every warp may read the tiles that all warps wrote

    // Compute the tiles Q K^T and dP = dO V^T: a lane takes one key, a warp its queries.
    float dot[kRowsPerWarp];
    float dp[kRowsPerWarp];
    dot_products(dot, sQ + warp * kRowsPerWarp * head_dim, sK + lane * pitch, head_dim);
    dot_products(dp, sGradO + warp * kRowsPerWarp * head_dim, sV + lane * pitch, head_dim);

#pragma unroll
    for (int r = 0; r < kRowsPerWarp; ++r) {
      // Recompute P from LSE once more, and dS from it.
      const float lse = __shfl_sync(kAllLanes, lse_of_lane, r);
      const float delta_row = __shfl_sync(kAllLanes, delta_of_lane, r);
      const SeenKeys seen = contributing_keys(causal, window, first_query + warp * kRowsPerWarp + r,
                                              len_q, len_kv, first_key, lse);
      const float p = recomputed_p(dot[r], scale_log2, lse * numerics::kLog2E);
      const float ds = p * (dp[r] - delta_row);

      // Add dS K to dQ, keys in ascending order.
      add_weighted_rows(dq[r], ds, __ballot_sync(kAllLanes, seen.has(lane)), sK, pitch, head_dim);
    }
  }

  // Write dQ, times scale.
  write_gradient(grad_q + q_offset, first_query, len_q, dq, scale, head_dim);
}

}  // namespace attnlab::kernels

// One entry point per launch, stored type and columns of a lane.
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_delta_kernel(const float* o, const float* grad_o, float* delta, long long rows,
                           int head_dim) {
  attnlab::kernels::flash_bwd_delta(o, grad_o, delta, rows, head_dim);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_delta_f16_kernel(const attnlab::kernels::Half* o,
                               const attnlab::kernels::Half* grad_o, float* delta, long long rows,
                               int head_dim) {
  attnlab::kernels::flash_bwd_delta(o, grad_o, delta, rows, head_dim);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_delta_bf16_kernel(const attnlab::kernels::BFloat16* o,
                                const attnlab::kernels::BFloat16* grad_o, float* delta,
                                long long rows, int head_dim) {
  attnlab::kernels::flash_bwd_delta(o, grad_o, delta, rows, head_dim);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_columns_d64_kernel(const float* q, const float* k, const float* v,
                                 const float* grad_o, const float* lse_nat, const float* delta,
                                 float* grad_k, float* grad_v, int heads, int kv_heads, int len_q,
                                 int len_kv, int head_dim, int causal, int window, float scale,
                                 float scale_log2) {
  attnlab::kernels::flash_bwd_columns<2>(q, k, v, grad_o, lse_nat, delta, grad_k, grad_v, heads,
                                         kv_heads, len_q, len_kv, head_dim, causal, window, scale,
                                         scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_columns_d64_f16_kernel(const attnlab::kernels::Half* q,
                                     const attnlab::kernels::Half* k,
                                     const attnlab::kernels::Half* v,
                                     const attnlab::kernels::Half* grad_o, const float* lse_nat,
                                     const float* delta, attnlab::kernels::Half* grad_k,
                                     attnlab::kernels::Half* grad_v, int heads, int kv_heads,
                                     int len_q, int len_kv, int head_dim, int causal, int window,
                                     float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_columns<2>(q, k, v, grad_o, lse_nat, delta, grad_k, grad_v, heads,
                                         kv_heads, len_q, len_kv, head_dim, causal, window, scale,
                                         scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_columns_d64_bf16_kernel(
        const attnlab::kernels::BFloat16* q, const attnlab::kernels::BFloat16* k,
        const attnlab::kernels::BFloat16* v, const attnlab::kernels::BFloat16* grad_o,
        const float* lse_nat, const float* delta, attnlab::kernels::BFloat16* grad_k,
        attnlab::kernels::BFloat16* grad_v, int heads, int kv_heads, int len_q, int len_kv,
        int head_dim, int causal, int window, float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_columns<2>(q, k, v, grad_o, lse_nat, delta, grad_k, grad_v, heads,
                                         kv_heads, len_q, len_kv, head_dim, causal, window, scale,
                                         scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_columns_d128_kernel(const float* q, const float* k, const float* v,
                                  const float* grad_o, const float* lse_nat, const float* delta,
                                  float* grad_k, float* grad_v, int heads, int kv_heads, int len_q,
                                  int len_kv, int head_dim, int causal, int window, float scale,
                                  float scale_log2) {
  attnlab::kernels::flash_bwd_columns<4>(q, k, v, grad_o, lse_nat, delta, grad_k, grad_v, heads,
                                         kv_heads, len_q, len_kv, head_dim, causal, window, scale,
                                         scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_columns_d128_f16_kernel(const attnlab::kernels::Half* q,
                                      const attnlab::kernels::Half* k,
                                      const attnlab::kernels::Half* v,
                                      const attnlab::kernels::Half* grad_o, const float* lse_nat,
                                      const float* delta, attnlab::kernels::Half* grad_k,
                                      attnlab::kernels::Half* grad_v, int heads, int kv_heads,
                                      int len_q, int len_kv, int head_dim, int causal, int window,
                                      float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_columns<4>(q, k, v, grad_o, lse_nat, delta, grad_k, grad_v, heads,
                                         kv_heads, len_q, len_kv, head_dim, causal, window, scale,
                                         scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_columns_d128_bf16_kernel(
        const attnlab::kernels::BFloat16* q, const attnlab::kernels::BFloat16* k,
        const attnlab::kernels::BFloat16* v, const attnlab::kernels::BFloat16* grad_o,
        const float* lse_nat, const float* delta, attnlab::kernels::BFloat16* grad_k,
        attnlab::kernels::BFloat16* grad_v, int heads, int kv_heads, int len_q, int len_kv,
        int head_dim, int causal, int window, float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_columns<4>(q, k, v, grad_o, lse_nat, delta, grad_k, grad_v, heads,
                                         kv_heads, len_q, len_kv, head_dim, causal, window, scale,
                                         scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_columns_d256_kernel(const float* q, const float* k, const float* v,
                                  const float* grad_o, const float* lse_nat, const float* delta,
                                  float* grad_k, float* grad_v, int heads, int kv_heads, int len_q,
                                  int len_kv, int head_dim, int causal, int window, float scale,
                                  float scale_log2) {
  attnlab::kernels::flash_bwd_columns<8>(q, k, v, grad_o, lse_nat, delta, grad_k, grad_v, heads,
                                         kv_heads, len_q, len_kv, head_dim, causal, window, scale,
                                         scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_columns_d256_f16_kernel(const attnlab::kernels::Half* q,
                                      const attnlab::kernels::Half* k,
                                      const attnlab::kernels::Half* v,
                                      const attnlab::kernels::Half* grad_o, const float* lse_nat,
                                      const float* delta, attnlab::kernels::Half* grad_k,
                                      attnlab::kernels::Half* grad_v, int heads, int kv_heads,
                                      int len_q, int len_kv, int head_dim, int causal, int window,
                                      float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_columns<8>(q, k, v, grad_o, lse_nat, delta, grad_k, grad_v, heads,
                                         kv_heads, len_q, len_kv, head_dim, causal, window, scale,
                                         scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_columns_d256_bf16_kernel(
        const attnlab::kernels::BFloat16* q, const attnlab::kernels::BFloat16* k,
        const attnlab::kernels::BFloat16* v, const attnlab::kernels::BFloat16* grad_o,
        const float* lse_nat, const float* delta, attnlab::kernels::BFloat16* grad_k,
        attnlab::kernels::BFloat16* grad_v, int heads, int kv_heads, int len_q, int len_kv,
        int head_dim, int causal, int window, float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_columns<8>(q, k, v, grad_o, lse_nat, delta, grad_k, grad_v, heads,
                                         kv_heads, len_q, len_kv, head_dim, causal, window, scale,
                                         scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_rows_d64_kernel(const float* q, const float* k, const float* v, const float* grad_o,
                              const float* lse_nat, const float* delta, float* grad_q, int heads,
                              int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                              int window, float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_rows<2>(q, k, v, grad_o, lse_nat, delta, grad_q, heads, kv_heads,
                                      len_q, len_kv, head_dim, causal, window, scale, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_rows_d64_f16_kernel(const attnlab::kernels::Half* q, const attnlab::kernels::Half* k,
                                  const attnlab::kernels::Half* v,
                                  const attnlab::kernels::Half* grad_o, const float* lse_nat,
                                  const float* delta, attnlab::kernels::Half* grad_q, int heads,
                                  int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                                  int window, float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_rows<2>(q, k, v, grad_o, lse_nat, delta, grad_q, heads, kv_heads,
                                      len_q, len_kv, head_dim, causal, window, scale, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_rows_d64_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                   const attnlab::kernels::BFloat16* k,
                                   const attnlab::kernels::BFloat16* v,
                                   const attnlab::kernels::BFloat16* grad_o, const float* lse_nat,
                                   const float* delta, attnlab::kernels::BFloat16* grad_q,
                                   int heads, int kv_heads, int len_q, int len_kv, int head_dim,
                                   int causal, int window, float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_rows<2>(q, k, v, grad_o, lse_nat, delta, grad_q, heads, kv_heads,
                                      len_q, len_kv, head_dim, causal, window, scale, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_rows_d128_kernel(const float* q, const float* k, const float* v, const float* grad_o,
                               const float* lse_nat, const float* delta, float* grad_q, int heads,
                               int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                               int window, float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_rows<4>(q, k, v, grad_o, lse_nat, delta, grad_q, heads, kv_heads,
                                      len_q, len_kv, head_dim, causal, window, scale, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_rows_d128_f16_kernel(const attnlab::kernels::Half* q, const attnlab::kernels::Half* k,
                                   const attnlab::kernels::Half* v,
                                   const attnlab::kernels::Half* grad_o, const float* lse_nat,
                                   const float* delta, attnlab::kernels::Half* grad_q, int heads,
                                   int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                                   int window, float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_rows<4>(q, k, v, grad_o, lse_nat, delta, grad_q, heads, kv_heads,
                                      len_q, len_kv, head_dim, causal, window, scale, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_rows_d128_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                    const attnlab::kernels::BFloat16* k,
                                    const attnlab::kernels::BFloat16* v,
                                    const attnlab::kernels::BFloat16* grad_o, const float* lse_nat,
                                    const float* delta, attnlab::kernels::BFloat16* grad_q,
                                    int heads, int kv_heads, int len_q, int len_kv, int head_dim,
                                    int causal, int window, float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_rows<4>(q, k, v, grad_o, lse_nat, delta, grad_q, heads, kv_heads,
                                      len_q, len_kv, head_dim, causal, window, scale, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_rows_d256_kernel(const float* q, const float* k, const float* v, const float* grad_o,
                               const float* lse_nat, const float* delta, float* grad_q, int heads,
                               int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                               int window, float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_rows<8>(q, k, v, grad_o, lse_nat, delta, grad_q, heads, kv_heads,
                                      len_q, len_kv, head_dim, causal, window, scale, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_rows_d256_f16_kernel(const attnlab::kernels::Half* q, const attnlab::kernels::Half* k,
                                   const attnlab::kernels::Half* v,
                                   const attnlab::kernels::Half* grad_o, const float* lse_nat,
                                   const float* delta, attnlab::kernels::Half* grad_q, int heads,
                                   int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                                   int window, float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_rows<8>(q, k, v, grad_o, lse_nat, delta, grad_q, heads, kv_heads,
                                      len_q, len_kv, head_dim, causal, window, scale, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_bwd_rows_d256_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                    const attnlab::kernels::BFloat16* k,
                                    const attnlab::kernels::BFloat16* v,
                                    const attnlab::kernels::BFloat16* grad_o, const float* lse_nat,
                                    const float* delta, attnlab::kernels::BFloat16* grad_q,
                                    int heads, int kv_heads, int len_q, int len_kv, int head_dim,
                                    int causal, int window, float scale, float scale_log2) {
  attnlab::kernels::flash_bwd_rows<8>(q, k, v, grad_o, lse_nat, delta, grad_q, heads, kv_heads,
                                      len_q, len_kv, head_dim, causal, window, scale, scale_log2);
}
