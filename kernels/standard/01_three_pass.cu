// SPDX-License-Identifier: MIT
//
// Computes      S = Q K^T * scale, P = softmax(S) row by row, O = P V and LSE: the textbook's three
//               passes, a kernel each, with S and P in device memory between them.
// Shapes        Q, O [batch, heads, len_q, D]; K, V [batch, kv_heads, len_kv, D];
//               S, P [batch, heads, len_q, len_kv]; LSE [batch, heads, len_q]; dense, row-major,
//               fp32. D <= 256. Any lengths; len_kv may be 0.
// Mapping       Scores: block (key tile, query tile, batch * heads + head), 4 warps of 8 rows
//               each, a lane is a key. Softmax: a warp is a row. Output: block (query tile,
//               batch * heads + head), 4 warps of 8 rows each, a lane is columns lane, lane + 32,
//               ... of O.
// Memory        Writes S and P whole and reads S three times, P once: cost() in
//               sim/model/standard/01_three_pass.cpp. Shared: Q (32, D) and K (32, D+1), then
//               P (32, 33) and V (32, D).
// Numerics      fp32, fused only where fmaf is written. q.k over d ascending, then * scale. Masked
//               scores are -inf. p = ex2((s - m) * log2(e)); a lane sums its columns ascending,
//               then a butterfly over lanes. P = p / l. O over keys ascending. A masked key takes
//               no part; a row that sees nothing has O = 0, LSE = -inf.
// Synchronises  Scores: one barrier after the tiles are in. Output: two a key tile, before it is
//               overwritten and after it is there.
// Requires      (32 D + 32 (D+1)) floats of dynamic shared memory for scores, (32 * 33 + 32 D) for
//               output; any compute capability from 8.0.
// Changed       The first rung.
// See           docs/flash_attention.md; sim/model/standard/01_three_pass.cpp; tests/kernels.

#include "kernels/common/attention_tile.cuh"
#include "kernels/standard/softmax_rows.cuh"
#include "sim/numerics/mask.h"

namespace attnlab::kernels {

constexpr int kRowsPerWarp = 8;
constexpr int kTileQ = kWarps * kRowsPerWarp;  // Br

}  // namespace attnlab::kernels

// Pass 1: S = Q K^T * scale, masked scores -inf.
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_scores_kernel(const float* q, const float* k, float* s, int heads, int kv_heads,
                           int len_q, int len_kv, int head_dim, int causal, int window,
                           float scale) {
  using namespace attnlab;
  using namespace attnlab::kernels;
  const int first_key = blockIdx.x * kTileKv;
  const int first_query = blockIdx.y * kTileQ;
  const int batch = blockIdx.z / heads;
  const int head = blockIdx.z % heads;
  const int kv_head = head / (heads / kv_heads);
  const int warp = threadIdx.x / kWarpLanes;
  const int lane = threadIdx.x % kWarpLanes;

  const float* gQ = q + head_offset(batch, heads, head, len_q, head_dim);         // (Lq, D)
  const float* gK = k + head_offset(batch, kv_heads, kv_head, len_kv, head_dim);  // (Lk, D)
  float* gS = s + head_offset(batch, heads, head, len_q, len_kv);                 // (Lq, Lk)

  extern __shared__ float shared[];
  const int k_pitch = head_dim + 1;
  float* sQ = shared;                  // (Br, D)
  float* sK = sQ + kTileQ * head_dim;  // (Bc, D), pitch D + 1

  // Load a tile of Q and a tile of K.
  load_tile(sQ, head_dim, gQ, first_query, kTileQ, len_q, head_dim);
  load_tile(sK, k_pitch, gK, first_key, kTileKv, len_kv, head_dim);
  __syncthreads();  // every warp may read the tiles that all warps wrote

  // Compute the tile of S = Q K^T: a lane takes one key, a warp its rows.
  float dot[kRowsPerWarp] = {};  // S (Br, Bc)
  for (int d = 0; d < head_dim; ++d) {
    const float key = sK[lane * k_pitch + d];
#pragma unroll
    for (int r = 0; r < kRowsPerWarp; ++r) {
      dot[r] = fmaf(sQ[(warp * kRowsPerWarp + r) * head_dim + d], key, dot[r]);
    }
  }

  // Write the scaled scores; a masked one is -inf.
#pragma unroll
  for (int r = 0; r < kRowsPerWarp; ++r) {
    const int query = first_query + warp * kRowsPerWarp + r;
    const int column = first_key + lane;
    if (query >= len_q || column >= len_kv) continue;
    const bool visible = column >= numerics::first_visible_key(window, query, len_q, len_kv) &&
                         column < numerics::visible_key_count(causal, query, len_q, len_kv);
    gS[static_cast<long long>(query) * len_kv + column] =
        visible ? dot[r] * scale : -numerics::kInfinity;
  }
}

// Pass 2: P = softmax(S) and LSE, a warp a row.
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_softmax_kernel(const float* s, float* p, float* lse_nat, long long rows, int len_kv) {
  using namespace attnlab::kernels;
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
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    standard_output_kernel(const float* p, const float* v, float* o, int heads, int kv_heads,
                           int len_q, int len_kv, int head_dim, int causal, int window) {
  using namespace attnlab;
  using namespace attnlab::kernels;
  const int first_query = blockIdx.x * kTileQ;
  const int batch = blockIdx.y / heads;
  const int head = blockIdx.y % heads;
  const int kv_head = head / (heads / kv_heads);
  const int warp = threadIdx.x / kWarpLanes;
  const int lane = threadIdx.x % kWarpLanes;

  const float* gP = p + head_offset(batch, heads, head, len_q, len_kv);           // (Lq, Lk)
  const float* gV = v + head_offset(batch, kv_heads, kv_head, len_kv, head_dim);  // (Lk, D)
  float* gO = o + head_offset(batch, heads, head, len_q, head_dim);               // (Lq, D)

  extern __shared__ float shared[];
  constexpr int kPPitch = kTileKv + 1;
  float* sP = shared;                 // (Br, Bc), pitch Bc + 1
  float* sV = sP + kTileQ * kPPitch;  // (Bc, D)

  float acc[kRowsPerWarp][kLaneColumns] = {};  // O (Br, D): this warp's rows, this lane's columns

  for (int first_key = 0; first_key < len_kv; first_key += kTileKv) {
    __syncthreads();  // every warp is done with the tiles that are about to be overwritten

    // Load the next tile of P and of V.
    const int tile_keys = len_kv - first_key < kTileKv ? len_kv - first_key : kTileKv;
    for (int row = warp; row < kTileQ; row += kWarps) {
      const int query = first_query + row;
      const bool inside = query < len_q && lane < tile_keys;
      sP[row * kPPitch + lane] =
          inside ? gP[static_cast<long long>(query) * len_kv + first_key + lane] : 0.0f;
    }
    load_tile(sV, head_dim, gV, first_key, kTileKv, len_kv, head_dim);
    __syncthreads();  // every warp may read the tiles that all warps wrote

    // Add P V of this tile, keys in ascending order.
#pragma unroll
    for (int r = 0; r < kRowsPerWarp; ++r) {
      const int row = warp * kRowsPerWarp + r;
      const int query = first_query + row;
      if (query >= len_q) break;
      const int visible =
          numerics::visible_key_count(causal, query, len_q, len_kv) - first_key;  // in this tile
      const int hidden =
          numerics::first_visible_key(window, query, len_q, len_kv) - first_key;  // before these
      for (int j = hidden < 0 ? 0 : hidden; j < kTileKv && j < visible; ++j) {
        const float p_j = sP[row * kPPitch + j];
#pragma unroll
        for (int c = 0; c < kLaneColumns; ++c) {
          const int column = lane + c * kWarpLanes;
          if (column < head_dim) acc[r][c] = fmaf(p_j, sV[j * head_dim + column], acc[r][c]);
        }
      }
    }
  }

  // Write O.
#pragma unroll
  for (int r = 0; r < kRowsPerWarp; ++r) {
    const int query = first_query + warp * kRowsPerWarp + r;
    if (query >= len_q) break;
#pragma unroll
    for (int c = 0; c < kLaneColumns; ++c) {
      const int column = lane + c * kWarpLanes;
      if (column < head_dim) gO[static_cast<long long>(query) * head_dim + column] = acc[r][c];
    }
  }
}
