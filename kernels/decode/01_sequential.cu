// SPDX-License-Identifier: MIT
//
// Computes      O = softmax(q K^T * scale) V and LSE for one query a sequence, as in decoding: a
//               block walks over the whole cache of a head.
// Shapes        Q, O [batch, heads, 1, D]; K, V [batch, kv_heads, len_kv, D], of which sequence b
//               has lengths[b] keys; LSE [batch, heads, 1] in fp32; dense, row-major; Q, K, V, O in
//               fp32, fp16 or bf16. D <= 256.
// Mapping       Block (head, batch) of 4 warps; a tile is 64 keys, 16 a warp: its lower 16 lanes
//               have the even ones, its upper 16 the odd ones, one key at a time; lane h of 16 owns
//               columns 8 h to 8 h + 7 (and 128 further where D > 128).
// Memory        Reads the keys and values that are seen once per query head, in 16-byte loads where
//               D is a multiple of 8: cost() in sim/model/decode/cost.cpp. Shared: what the eight
//               half-warps found.
// Numerics      fp32, fused only where fmaf is written. q.k: a lane's columns ascending, a
//               butterfly over 16 lanes, then * scale_log2. p = ex2(s - m) under an online softmax
//               of each half-warp's own keys, 8 a tile, ascending. The eight half-warps' l and O
//               are brought to the largest m and added in order. A key that is not seen takes no
//               part; a query that sees nothing has O = 0, LSE = -inf.
// Synchronises  One barrier, before the half-warps' results are brought together.
// Requires      8 (2 + 128) floats of shared memory, or 8 (2 + 256) where D > 128; any compute
//               capability from 8.0.
// Changed       (from flash_fwd/05_vectorized) One query: no tile of queries to share K and V,
//               nothing to keep in shared memory, and as many blocks as heads.
// See           docs/decode.md; sim/model/decode/01_sequential.cpp; tests/kernels.

#include "kernels/decode/attend.cuh"

namespace attnlab::kernels {

template <int kSets, bool kVectors, class T>
__device__ __forceinline__ void decode_sequential(const T* q, const T* k, const T* v,
                                                  const int* lengths, T* o, float* lse_nat,
                                                  int heads, int kv_heads, int len_kv, int head_dim,
                                                  int window, float scale_log2) {
  using namespace decode;
  constexpr int kHeads = 1;
  const int first_head = blockIdx.x;
  const int batch = blockIdx.y;
  const int kv_head = first_head / (heads / kv_heads);
  const long long kv_offset = head_offset(batch, kv_heads, kv_head, len_kv, head_dim);
  const KeyValues<T> kv = {k + kv_offset, v + kv_offset, head_dim, nullptr, 0};

  // Read the sequence's length; the query sees all its keys, or the last of them.
  const SeenKeys seen = seen_by_last(read_length(lengths + batch), window);
  const TileRange tiles = tiles_of_split(seen, 0, 1);

  // Load the query; every half-warp has it in registers.
  HeadState<kSets> states[kHeads];
  load_queries<kVectors>(states, q + head_offset(batch, heads, first_head, 1, head_dim), kHeads,
                         head_dim);

  // Attend to the tiles: load a tile's keys, score them, load its values, weigh them and add them.
  for (int tile = tiles.first; tile < tiles.last; ++tile) {
    attend_tile<false, kVectors>(states, kv, tile, seen, head_dim, scale_log2);
  }

  // Bring the half-warps' results together.
  __shared__ BlockParts<kHeads, kSets> parts;
  share_parts(parts, states, kHeads, head_dim);
  __syncthreads();  // every thread may read what all half-warps found

  // Divide by the sum and write O and LSE.
  float m_log2[kHalves];
  read_maxima(m_log2, parts, 0);
  const float m_total = maximum_of_parts(m_log2, kHalves);
  const float l = sum_of_parts(parts.l[0], m_log2, m_total, kHalves);
  const long long row = head_offset(batch, heads, first_head, 1, 1);
  const float inverse_l = numerics::inverse_sum(l);
  for (int column = threadIdx.x; column < head_dim; column += kThreads) {
    o[row * head_dim + column] = from_float<T>(
        column_of_parts(&parts.o[0][0][column], kSets * kSetColumns, m_log2, m_total, kHalves) *
        inverse_l);
  }
  if (threadIdx.x == 0) lse_nat[row] = numerics::lse_nat({m_total, l});
}

}  // namespace attnlab::kernels

// One entry point per stored type and width: 128 or 256 columns in 16-byte loads, or, where D is no
// multiple of 8, any D <= 256 one by one.
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_sequential_d128_kernel(const float* q, const float* k, const float* v,
                                  const int* lengths, float* o, float* lse_nat, int heads,
                                  int kv_heads, int len_kv, int head_dim, int window,
                                  float scale_log2) {
  attnlab::kernels::decode_sequential<1, true>(q, k, v, lengths, o, lse_nat, heads, kv_heads,
                                               len_kv, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_sequential_d128_f16_kernel(const attnlab::kernels::Half* q,
                                      const attnlab::kernels::Half* k,
                                      const attnlab::kernels::Half* v, const int* lengths,
                                      attnlab::kernels::Half* o, float* lse_nat, int heads,
                                      int kv_heads, int len_kv, int head_dim, int window,
                                      float scale_log2) {
  attnlab::kernels::decode_sequential<1, true>(q, k, v, lengths, o, lse_nat, heads, kv_heads,
                                               len_kv, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_sequential_d128_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                       const attnlab::kernels::BFloat16* k,
                                       const attnlab::kernels::BFloat16* v, const int* lengths,
                                       attnlab::kernels::BFloat16* o, float* lse_nat, int heads,
                                       int kv_heads, int len_kv, int head_dim, int window,
                                       float scale_log2) {
  attnlab::kernels::decode_sequential<1, true>(q, k, v, lengths, o, lse_nat, heads, kv_heads,
                                               len_kv, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_sequential_d256_kernel(const float* q, const float* k, const float* v,
                                  const int* lengths, float* o, float* lse_nat, int heads,
                                  int kv_heads, int len_kv, int head_dim, int window,
                                  float scale_log2) {
  attnlab::kernels::decode_sequential<2, true>(q, k, v, lengths, o, lse_nat, heads, kv_heads,
                                               len_kv, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_sequential_d256_f16_kernel(const attnlab::kernels::Half* q,
                                      const attnlab::kernels::Half* k,
                                      const attnlab::kernels::Half* v, const int* lengths,
                                      attnlab::kernels::Half* o, float* lse_nat, int heads,
                                      int kv_heads, int len_kv, int head_dim, int window,
                                      float scale_log2) {
  attnlab::kernels::decode_sequential<2, true>(q, k, v, lengths, o, lse_nat, heads, kv_heads,
                                               len_kv, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_sequential_d256_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                       const attnlab::kernels::BFloat16* k,
                                       const attnlab::kernels::BFloat16* v, const int* lengths,
                                       attnlab::kernels::BFloat16* o, float* lse_nat, int heads,
                                       int kv_heads, int len_kv, int head_dim, int window,
                                       float scale_log2) {
  attnlab::kernels::decode_sequential<2, true>(q, k, v, lengths, o, lse_nat, heads, kv_heads,
                                               len_kv, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_sequential_scalar_kernel(const float* q, const float* k, const float* v,
                                    const int* lengths, float* o, float* lse_nat, int heads,
                                    int kv_heads, int len_kv, int head_dim, int window,
                                    float scale_log2) {
  attnlab::kernels::decode_sequential<2, false>(q, k, v, lengths, o, lse_nat, heads, kv_heads,
                                                len_kv, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_sequential_scalar_f16_kernel(const attnlab::kernels::Half* q,
                                        const attnlab::kernels::Half* k,
                                        const attnlab::kernels::Half* v, const int* lengths,
                                        attnlab::kernels::Half* o, float* lse_nat, int heads,
                                        int kv_heads, int len_kv, int head_dim, int window,
                                        float scale_log2) {
  attnlab::kernels::decode_sequential<2, false>(q, k, v, lengths, o, lse_nat, heads, kv_heads,
                                                len_kv, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_sequential_scalar_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                         const attnlab::kernels::BFloat16* k,
                                         const attnlab::kernels::BFloat16* v, const int* lengths,
                                         attnlab::kernels::BFloat16* o, float* lse_nat, int heads,
                                         int kv_heads, int len_kv, int head_dim, int window,
                                         float scale_log2) {
  attnlab::kernels::decode_sequential<2, false>(q, k, v, lengths, o, lse_nat, heads, kv_heads,
                                                len_kv, head_dim, window, scale_log2);
}
