// SPDX-License-Identifier: MIT
//
// Computes      O = softmax(Q K^T * scale) V and LSE at the pace of the fp32 units: 16-byte loads,
//               and tiles in registers.
// Shapes        Q, O [batch, heads, len_q, D]; K, V [batch, kv_heads, len_kv, D]; LSE [batch,
//               heads, len_q] in fp32; dense, row-major; Q, K, V, O in fp32, fp16 or bf16. D a
//               multiple of 8, at most 128. Any lengths; len_kv may be 0.
// Mapping       Block (query tile, head, batch) of 4 warps; tiles of Br = 64 queries and Bc = 64
//               keys. A warp owns 16 rows; lane 8 a + b has rows a, a + 4, a + 8, a + 12, of S keys
//               b, b + 8, ..., b + 56, of O columns 4 b to 4 b + 3 and those 32, 64, 96 further.
// Memory        Reads Q once, of K and V the tiles that a query tile sees, in 16-byte loads: cost()
//               in sim/model/flash_fwd/05_vectorized.cpp. Shared: Q, K and V (64, W+4), P (64, 72)
//               in K's place; W = 64 for D <= 64, else 128.
// Numerics      fp32, fused only where fmaf is written. Scores in base 2: s = (q.k) * scale_log2, d
//               ascending. p = ex2(s - m). A lane adds its 8 weights ascending, then the 8 lanes of
//               a row by butterfly; tiles ascending, O over keys ascending. A masked key takes no
//               part; a row that sees nothing has O = 0, LSE = -inf.
// Synchronises  Three barriers a key tile: around the load, and before P takes the place of K. P
//               passes between the lanes of a warp only.
// Requires      2 * 64 * (W + 4) floats of dynamic shared memory for Q and V, 64 * max(W + 4, 72)
//               for K, then P (53,248 bytes at D = 64, 101,376 at D = 128); any compute capability
//               from 8.0.
// Changed       (from 04_skip_tiles) Each number read from shared memory serves 4 or 8 fused
//               multiply-adds, not one; tiles are 64 x 64; rows are padded against bank conflicts.
// See           docs/flash_attention.md; sim/model/flash_fwd/05_vectorized.cpp; tests/kernels.

#include "kernels/common/register_tiles.cuh"
#include "kernels/common/tile_layouts.cuh"

namespace attnlab::kernels {

template <int kWidth, class T>
__device__ __forceinline__ void flash_fwd_vectorized(const T* q, const T* k, const T* v, T* o,
                                                     float* lse_nat, int heads, int kv_heads,
                                                     int len_q, int len_kv, int head_dim,
                                                     int causal, int window, float scale_log2) {
  using namespace register_tiles;
  using Layout = PaddedTiles;
  const int first_query = blockIdx.x * kTileQ;
  const int head = blockIdx.y;
  const int batch = blockIdx.z;
  const int kv_head = head / (heads / kv_heads);

  const T* gQ = q + head_offset(batch, heads, head, len_q, head_dim);         // (Lq, D)
  const T* gK = k + head_offset(batch, kv_heads, kv_head, len_kv, head_dim);  // (Lk, D)
  const T* gV = v + head_offset(batch, kv_heads, kv_head, len_kv, head_dim);  // (Lk, D)
  T* gO = o + head_offset(batch, heads, head, len_q, head_dim);               // (Lq, D)
  float* gLse = lse_nat + head_offset(batch, heads, head, len_q, 1);          // (Lq)

  extern __shared__ float4 shared[];                    // aligned for 16-byte accesses
  float* sQ = reinterpret_cast<float*>(shared);         // (Br, D)
  float* sV = sQ + kTileQ * Layout::kPitch<kWidth>;     // (Bc, D)
  float* sK = sV + kTileKeys * Layout::kPitch<kWidth>;  // (Bc, D)
  float* sP = sK;                                       // (Br, Bc), once S is there

  // Load the query tile once; it stays in shared memory.
  load_tile<Layout, kWidth>(sQ, gQ, first_query, len_q, head_dim);

  // Every row starts having seen nothing: m = -inf, l = 0, O = 0.
  LaneRows<kWidth> rows = lane_rows<kWidth>();

  // Walk only over the key tiles that hold a key which some query of the tile sees.
  const int last_query = (first_query + kTileQ < len_q ? first_query + kTileQ : len_q) - 1;
  const int keys_end = numerics::visible_key_count(causal, last_query, len_q, len_kv);
  const int keys_begin = numerics::first_visible_key(window, first_query, len_q, len_kv);

  for (int first_key = keys_begin / kTileKeys * kTileKeys; first_key < keys_end;
       first_key += kTileKeys) {
    __syncthreads();  // every warp is done with the tiles that are about to be overwritten

    // Load the next tile of K and of V, 16 bytes at a time.
    load_tile<Layout, kWidth>(sK, gK, first_key, len_kv, head_dim);
    load_tile<Layout, kWidth>(sV, gV, first_key, len_kv, head_dim);
    __syncthreads();  // every warp may read the tiles that all warps wrote

    // Compute the tile of S = Q K^T: a lane has 4 rows and 8 keys.
    float s[kLaneRows][kLaneKeys];
    score<Layout>(s, rows, sQ, sK, head_dim);
    __syncthreads();  // every warp has its scores: P may take the place of K

    // Find each row's new maximum and its probabilities relative to it; bring its old sum and
    // output to the new maximum.
    SeenKeys seen[kLaneRows];
    bool all_seen = true;
#pragma unroll
    for (int r = 0; r < kLaneRows; ++r) {
      seen[r] = seen_in_tile(causal, window, first_query + rows.row(r), len_q, len_kv, first_key);
      all_seen = all_seen && seen[r].has_all(kTileKeys);
      weigh_row(s[r], rows, r, seen[r], scale_log2);
#pragma unroll
      for (int i = 0; i < kLaneKeys; ++i) {
        sP[Layout::template at_p<kTileKeys>(rows.row(r), rows.key(i))] = s[r][i];
      }
    }
    __syncwarp();  // the lanes of a row may read what each of them wrote

    // Add P V of this tile, keys in ascending order.
    if (__all_sync(kAllLanes, all_seen)) {
      add_values<Layout, kWidth, true>(rows, sP, sV, seen);
    } else {
      add_values<Layout, kWidth, false>(rows, sP, sV, seen);
    }
  }

  // Divide by the row sum and write O and LSE.
#pragma unroll
  for (int r = 0; r < kLaneRows; ++r) {
    const int query = first_query + rows.row(r);
    if (query >= len_q) break;
    write_row(gO + static_cast<long long>(query) * head_dim, gLse + query, rows, r, head_dim);
  }
}

}  // namespace attnlab::kernels

// One entry point per width of the tiles, 64 for D <= 64 and else 128, and stored type.
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_vectorized_d64_kernel(const float* q, const float* k, const float* v, float* o,
                                    float* lse_nat, int heads, int kv_heads, int len_q, int len_kv,
                                    int head_dim, int causal, int window, float scale_log2) {
  attnlab::kernels::flash_fwd_vectorized<64>(q, k, v, o, lse_nat, heads, kv_heads, len_q, len_kv,
                                             head_dim, causal, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_vectorized_d64_f16_kernel(const attnlab::kernels::Half* q,
                                        const attnlab::kernels::Half* k,
                                        const attnlab::kernels::Half* v, attnlab::kernels::Half* o,
                                        float* lse_nat, int heads, int kv_heads, int len_q,
                                        int len_kv, int head_dim, int causal, int window,
                                        float scale_log2) {
  attnlab::kernels::flash_fwd_vectorized<64>(q, k, v, o, lse_nat, heads, kv_heads, len_q, len_kv,
                                             head_dim, causal, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_vectorized_d64_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                         const attnlab::kernels::BFloat16* k,
                                         const attnlab::kernels::BFloat16* v,
                                         attnlab::kernels::BFloat16* o, float* lse_nat, int heads,
                                         int kv_heads, int len_q, int len_kv, int head_dim,
                                         int causal, int window, float scale_log2) {
  attnlab::kernels::flash_fwd_vectorized<64>(q, k, v, o, lse_nat, heads, kv_heads, len_q, len_kv,
                                             head_dim, causal, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_vectorized_d128_kernel(const float* q, const float* k, const float* v, float* o,
                                     float* lse_nat, int heads, int kv_heads, int len_q, int len_kv,
                                     int head_dim, int causal, int window, float scale_log2) {
  attnlab::kernels::flash_fwd_vectorized<128>(q, k, v, o, lse_nat, heads, kv_heads, len_q, len_kv,
                                              head_dim, causal, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_vectorized_d128_f16_kernel(const attnlab::kernels::Half* q,
                                         const attnlab::kernels::Half* k,
                                         const attnlab::kernels::Half* v, attnlab::kernels::Half* o,
                                         float* lse_nat, int heads, int kv_heads, int len_q,
                                         int len_kv, int head_dim, int causal, int window,
                                         float scale_log2) {
  attnlab::kernels::flash_fwd_vectorized<128>(q, k, v, o, lse_nat, heads, kv_heads, len_q, len_kv,
                                              head_dim, causal, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    flash_fwd_vectorized_d128_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                          const attnlab::kernels::BFloat16* k,
                                          const attnlab::kernels::BFloat16* v,
                                          attnlab::kernels::BFloat16* o, float* lse_nat, int heads,
                                          int kv_heads, int len_q, int len_kv, int head_dim,
                                          int causal, int window, float scale_log2) {
  attnlab::kernels::flash_fwd_vectorized<128>(q, k, v, o, lse_nat, heads, kv_heads, len_q, len_kv,
                                              head_dim, causal, window, scale_log2);
}
