// SPDX-License-Identifier: MIT
//
// Computes      dQ, dK and dV from dO as the textbook does, with P stored by the forward pass and
//               dS in device memory: dV = P^T dO, dP = dO V^T, dS = P o (dP - rowsum(P o dP)), dQ =
//               dS K * scale, dK = dS^T Q * scale.
// Shapes        Q, dO, dQ [batch, heads, len_q, D]; K, V, dK, dV [batch, kv_heads, len_kv, D]; P,
//               dS [batch, heads, len_q, len_kv]; LSE [batch, heads, len_q]; dense, row-major,
//               fp32. D <= 256. Any lengths; len_kv may be 0.
// Mapping       dV and dK, by one kernel: block (key tile, K/V head, batch), which walks over the
//               query heads that share the K/V head and over all query tiles; a warp owns 8 keys, a
//               lane is a query. dP: block (key tile, query tile, batch * heads + head), a lane is
//               a key. dS: a warp is a row. dQ: block (query tile, head, batch), which walks over
//               all key tiles; a warp owns 8 queries, a lane is a key. Tiles of 32 x 32.
// Memory        Reads P three times, writes dP, reads it twice and writes dS in its place, reads dS
//               twice: cost() in sim/model/flash_bwd/01_stored_p.cpp. Shared: a tile of P or dS
//               (32, 33) and one of D columns; dP: dO (32, D), V (32, D+1).
// Numerics      fp32, fused only where fmaf is written. dO.v over d ascending; 0 for a masked pair.
//               The row sum: a lane's columns ascending, fused, then a butterfly. dS = P * (dP -
//               sum). dV, dK: query heads ascending, queries ascending; dQ: keys ascending; dK and
//               dQ times scale at the end. A masked pair takes no part in them, nor a row with LSE
//               = -inf.
// Synchronises  dP: one barrier after the tiles are in. Sums: two a tile, before it is overwritten
//               and after it is there. No atomics: one block owns each row of a gradient.
// Requires      32 (33 + D) floats of dynamic shared memory for sums, 32 (2 D + 1) for dP; any
//               compute capability from 8.0.
// Changed       (from standard/01_three_pass) The way back: five kernels, with dS in device memory
//               between them.
// See           docs/flash_bwd.md; sim/model/flash_bwd/01_stored_p.cpp; tests/kernels.

#include "kernels/flash_bwd/weighted_rows.cuh"

namespace attnlab::kernels {

constexpr int kWeightPitch = kTile + 1;

// Copies a tile (32, 32) of a matrix [len_q, len_kv] to shared memory, a warp a row. What is past
// the end becomes 0.
__device__ __forceinline__ void load_weights(float* tile, const float* matrix, int first_query,
                                             int first_key, int len_q, int len_kv) {
  const int lane = threadIdx.x % kWarpLanes;
  for (int row = threadIdx.x / kWarpLanes; row < kTile; row += kWarps) {
    const int query = first_query + row;
    const bool inside = query < len_q && first_key + lane < len_kv;
    tile[row * kWeightPitch + lane] =
        inside ? matrix[static_cast<long long>(query) * len_kv + first_key + lane] : 0.0f;
  }
}

// dV = P^T dO and dK = dS^T Q * scale: a gradient [len_kv, D] sums rows [len_q, D] by weights
// [len_q, len_kv].
template <int kColumns>
__device__ __forceinline__ void stored_p_columns(const float* weights, const float* rows,
                                                 const float* lse_nat, float* gradient, int heads,
                                                 int kv_heads, int len_q, int len_kv, int head_dim,
                                                 int causal, int window, float factor) {
  const int first_key = blockIdx.x * kTile;
  const int kv_head = blockIdx.y;
  const int batch = blockIdx.z;
  const int group = heads / kv_heads;
  const int warp = threadIdx.x / kWarpLanes;
  const int lane = threadIdx.x % kWarpLanes;

  extern __shared__ float shared[];
  float* sWeights = shared;                        // (Br, Bc), pitch Bc + 1
  float* sRows = sWeights + kTile * kWeightPitch;  // (Br, D)

  float sums[kRowsPerWarp][kColumns] = {};  // (Bc, D): this warp's keys, this lane's columns

  for (int head = kv_head * group; head < (kv_head + 1) * group; ++head) {
    const float* gWeights = weights + head_offset(batch, heads, head, len_q, len_kv);
    const float* gRows = rows + head_offset(batch, heads, head, len_q, head_dim);
    const float* gLse = lse_nat + head_offset(batch, heads, head, len_q, 1);
    for (int first_query = 0; first_query < len_q; first_query += kTile) {
      __syncthreads();  // every warp is done with the tiles that are about to be overwritten

      // Load the next tile of weights and of rows.
      load_weights(sWeights, gWeights, first_query, first_key, len_q, len_kv);
      load_tile(sRows, head_dim, gRows, first_query, kTile, len_q, head_dim);
      __syncthreads();  // every warp may read the tiles that all warps wrote

      // Add the weighted rows to each key's sum, queries in ascending order: a lane holds the
      // weight of one query.
      const int query = first_query + lane;
      const float lse = query < len_q ? gLse[query] : -numerics::kInfinity;
      const SeenKeys seen = contributing_keys(causal, window, query, len_q, len_kv, first_key, lse);
#pragma unroll
      for (int r = 0; r < kRowsPerWarp; ++r) {
        const int key = warp * kRowsPerWarp + r;
        add_weighted_rows(sums[r], sWeights[lane * kWeightPitch + key],
                          __ballot_sync(kAllLanes, seen.has(key)), sRows, head_dim, head_dim);
      }
    }
  }

  // Write the sums, times the factor.
  write_gradient(gradient + head_offset(batch, kv_heads, kv_head, len_kv, head_dim), first_key,
                 len_kv, sums, factor, head_dim);
}

// dQ = dS K * scale.
template <int kColumns>
__device__ __forceinline__ void stored_p_rows(const float* grad_s, const float* k,
                                              const float* lse_nat, float* grad_q, int heads,
                                              int kv_heads, int len_q, int len_kv, int head_dim,
                                              int causal, int window, float scale) {
  const int first_query = blockIdx.x * kTile;
  const int head = blockIdx.y;
  const int batch = blockIdx.z;
  const int kv_head = head / (heads / kv_heads);
  const int warp = threadIdx.x / kWarpLanes;
  const int lane = threadIdx.x % kWarpLanes;
  const float* gGradS = grad_s + head_offset(batch, heads, head, len_q, len_kv);  // (Lq, Lk)
  const float* gK = k + head_offset(batch, kv_heads, kv_head, len_kv, head_dim);  // (Lk, D)
  const float* gLse = lse_nat + head_offset(batch, heads, head, len_q, 1);        // (Lq)

  extern __shared__ float shared[];
  float* sGradS = shared;                     // (Br, Bc), pitch Bc + 1
  float* sK = sGradS + kTile * kWeightPitch;  // (Bc, D)

  float dq[kRowsPerWarp][kColumns] = {};  // dQ (Br, D): this warp's rows, this lane's columns

  for (int first_key = 0; first_key < len_kv; first_key += kTile) {
    __syncthreads();  // every warp is done with the tiles that are about to be overwritten

    // Load the next tile of dS and of K.
    load_weights(sGradS, gGradS, first_query, first_key, len_q, len_kv);
    load_tile(sK, head_dim, gK, first_key, kTile, len_kv, head_dim);
    __syncthreads();  // every warp may read the tiles that all warps wrote

    // Add dS K to dQ, keys in ascending order: a lane holds the weight of one key.
#pragma unroll
    for (int r = 0; r < kRowsPerWarp; ++r) {
      const int row = warp * kRowsPerWarp + r;
      const int query = first_query + row;
      const float lse = query < len_q ? read_for_all(gLse + query) : -numerics::kInfinity;
      const SeenKeys seen = contributing_keys(causal, window, query, len_q, len_kv, first_key, lse);
      add_weighted_rows(dq[r], sGradS[row * kWeightPitch + lane],
                        __ballot_sync(kAllLanes, seen.has(lane)), sK, head_dim, head_dim);
    }
  }

  // Write dQ, times scale.
  write_gradient(grad_q + head_offset(batch, heads, head, len_q, head_dim), first_query, len_q, dq,
                 scale, head_dim);
}

}  // namespace attnlab::kernels

// dP = dO V^T; 0 for a masked pair.
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_bwd_dp_kernel(const float* grad_o, const float* v, float* grad_p, int heads,
                           int kv_heads, int len_q, int len_kv, int head_dim, int causal,
                           int window) {
  using namespace attnlab;
  using namespace attnlab::kernels;
  const int first_key = blockIdx.x * kTile;
  const int first_query = blockIdx.y * kTile;
  const int batch = blockIdx.z / heads;
  const int head = blockIdx.z % heads;
  const int kv_head = head / (heads / kv_heads);
  const int warp = threadIdx.x / kWarpLanes;
  const int lane = threadIdx.x % kWarpLanes;
  float* gGradP = grad_p + head_offset(batch, heads, head, len_q, len_kv);  // (Lq, Lk)

  extern __shared__ float shared[];
  const int pitch = head_dim + 1;         // odd where it matters: 32 keys, 32 banks
  float* sGradO = shared;                 // (Br, D)
  float* sV = sGradO + kTile * head_dim;  // (Bc, D), pitch D + 1

  // Load a tile of dO and a tile of V.
  load_tile(sGradO, head_dim, grad_o + head_offset(batch, heads, head, len_q, head_dim),
            first_query, kTile, len_q, head_dim);
  load_tile(sV, pitch, v + head_offset(batch, kv_heads, kv_head, len_kv, head_dim), first_key,
            kTile, len_kv, head_dim);
  __syncthreads();  // every warp may read the tiles that all warps wrote

  // Compute the tile dP = dO V^T: a lane takes one key, a warp its queries.
  float dp[kRowsPerWarp];
  dot_products(dp, sGradO + warp * kRowsPerWarp * head_dim, sV + lane * pitch, head_dim);

  // Write dP; it is 0 for a masked pair.
#pragma unroll
  for (int r = 0; r < kRowsPerWarp; ++r) {
    const int query = first_query + warp * kRowsPerWarp + r;
    if (query >= len_q || first_key + lane >= len_kv) continue;
    const SeenKeys seen = seen_in_tile(causal, window, query, len_q, len_kv, first_key);
    gGradP[static_cast<long long>(query) * len_kv + first_key + lane] =
        seen.has(lane) ? dp[r] : 0.0f;
  }
}

// dS = P o (dP - rowsum(P o dP)), in dP's place, a warp a row.
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_bwd_ds_kernel(const float* p, float* grad_s, long long rows, int len_kv) {
  using namespace attnlab;
  using namespace attnlab::kernels;
  const int lane = threadIdx.x % kWarpLanes;
  const long long row = static_cast<long long>(blockIdx.x) * kWarps + threadIdx.x / kWarpLanes;
  if (row >= rows) return;
  const float* gP = p + row * len_kv;     // (Lk)
  float* gGradS = grad_s + row * len_kv;  // (Lk)

  // Sum P o dP over the row.
  float sum = 0.0f;
  for (int column = lane; column < len_kv; column += kWarpLanes) {
    sum = fmaf(gP[column], gGradS[column], sum);
  }
  sum = numerics::warp_sum(sum);

  // Write dS in the place of dP.
  for (int column = lane; column < len_kv; column += kWarpLanes) {
    gGradS[column] = gP[column] * (gGradS[column] - sum);
  }
}

// The sums: one entry point per columns of a lane.
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_bwd_columns_d64_kernel(const float* weights, const float* rows, const float* lse_nat,
                                    float* gradient, int heads, int kv_heads, int len_q, int len_kv,
                                    int head_dim, int causal, int window, float factor) {
  attnlab::kernels::stored_p_columns<2>(weights, rows, lse_nat, gradient, heads, kv_heads, len_q,
                                        len_kv, head_dim, causal, window, factor);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_bwd_rows_d64_kernel(const float* grad_s, const float* k, const float* lse_nat,
                                 float* grad_q, int heads, int kv_heads, int len_q, int len_kv,
                                 int head_dim, int causal, int window, float scale) {
  attnlab::kernels::stored_p_rows<2>(grad_s, k, lse_nat, grad_q, heads, kv_heads, len_q, len_kv,
                                     head_dim, causal, window, scale);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_bwd_columns_d128_kernel(const float* weights, const float* rows, const float* lse_nat,
                                     float* gradient, int heads, int kv_heads, int len_q,
                                     int len_kv, int head_dim, int causal, int window,
                                     float factor) {
  attnlab::kernels::stored_p_columns<4>(weights, rows, lse_nat, gradient, heads, kv_heads, len_q,
                                        len_kv, head_dim, causal, window, factor);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_bwd_rows_d128_kernel(const float* grad_s, const float* k, const float* lse_nat,
                                  float* grad_q, int heads, int kv_heads, int len_q, int len_kv,
                                  int head_dim, int causal, int window, float scale) {
  attnlab::kernels::stored_p_rows<4>(grad_s, k, lse_nat, grad_q, heads, kv_heads, len_q, len_kv,
                                     head_dim, causal, window, scale);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_bwd_columns_d256_kernel(const float* weights, const float* rows, const float* lse_nat,
                                     float* gradient, int heads, int kv_heads, int len_q,
                                     int len_kv, int head_dim, int causal, int window,
                                     float factor) {
  attnlab::kernels::stored_p_columns<8>(weights, rows, lse_nat, gradient, heads, kv_heads, len_q,
                                        len_kv, head_dim, causal, window, factor);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_bwd_rows_d256_kernel(const float* grad_s, const float* k, const float* lse_nat,
                                  float* grad_q, int heads, int kv_heads, int len_q, int len_kv,
                                  int head_dim, int causal, int window, float scale) {
  attnlab::kernels::stored_p_rows<8>(grad_s, k, lse_nat, grad_q, heads, kv_heads, len_q, len_kv,
                                     head_dim, causal, window, scale);
}
