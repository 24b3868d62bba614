// SPDX-License-Identifier: MIT
//
// Computes      O = softmax(q K^T * scale) V and LSE for one query a sequence by Flash-Decoding:
//               the keys are split, blocks attend to a part each, a second kernel adds the parts.
// Shapes        Q, O [batch, heads, 1, D]; K, V [batch, kv_heads, len_kv, D], of which sequence b
//               has lengths[b] keys; LSE [batch, heads, 1] in fp32; dense, row-major; Q, K, V, O in
//               fp32, fp16 or bf16. D <= 256. Partial results in fp32: O [batch, heads, splits, D],
//               m and l [batch, heads, splits].
// Mapping       Block (head, split, batch) of 4 warps; split s of n takes tiles [s T / n, (s + 1) T
//               / n) of the T that hold seen keys; a tile is 64 keys, 16 a warp: its lower 16 lanes
//               have the even ones, its upper 16 the odd ones, one key at a time; lane h of 16 owns
//               columns 8 h to 8 h + 7 (and 128 further where D > 128). Reduction: block (head,
//               batch), a thread is a column.
// Memory        Reads what 01_sequential reads; writes and reads splits * (D + 2) floats a head:
//               cost() in sim/model/decode/cost.cpp. Shared: what the eight half-warps found; m and
//               l of every split.
// Numerics      fp32, fused only where fmaf is written. q.k: a lane's columns ascending, a
//               butterfly over 16 lanes, then * scale_log2. p = ex2(s - m) under an online softmax
//               of each half-warp's own keys, 8 a tile, ascending. The eight half-warps' l and O
//               are brought to the largest m and added in order. A key that is not seen takes no
//               part; a query that sees nothing has O = 0, LSE = -inf. Splits are brought together
//               in the same way. One split gives the bits of 01_sequential.
// Synchronises  One barrier in each kernel, before results are brought together.
// Requires      8 (2 + 128) floats of shared memory, or 8 (2 + 256) where D > 128, and 2 * splits
//               of dynamic shared memory for the reduction; any compute capability from 8.0.
// Changed       (from 01_sequential) As many blocks as heads times splits: the whole GPU reads the
//               cache of a single sequence.
// See           docs/decode.md; sim/model/decode/02_split.cpp; tests/kernels.

#include "kernels/decode/attend.cuh"
#include "kernels/decode/reduce_splits.cuh"

namespace attnlab::kernels {

// Launch 1: one split of the keys.
template <int kSets, bool kVectors, class T>
__device__ __forceinline__ void decode_split(const T* q, const T* k, const T* v, const int* lengths,
                                             float* o_partial, float* m_partial, float* l_partial,
                                             int heads, int kv_heads, int len_kv, int head_dim,
                                             int window, float scale_log2, int splits) {
  using namespace decode;
  constexpr int kHeads = 1;
  const int first_head = blockIdx.x;
  const int split = blockIdx.y;
  const int batch = blockIdx.z;
  const int kv_head = first_head / (heads / kv_heads);
  const long long kv_offset = head_offset(batch, kv_heads, kv_head, len_kv, head_dim);
  const KeyValues<T> kv = {k + kv_offset, v + kv_offset, head_dim, nullptr, 0};

  // Read the sequence's length; the query sees all its keys, or the last of them.
  const SeenKeys seen = seen_by_last(read_length(lengths + batch), window);

  // Take this split's part of the tiles.
  const TileRange tiles = tiles_of_split(seen, split, splits);

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

  // Write the split's m, l and O, not yet divided.
  for (int h = 0; h < kHeads; ++h) {
    float m_log2[kHalves];
    read_maxima(m_log2, parts, h);
    const float m_total = maximum_of_parts(m_log2, kHalves);
    const long long row = head_offset(batch, heads, first_head + h, splits, 1) + split;
    for (int column = threadIdx.x; column < head_dim; column += kThreads) {
      o_partial[row * head_dim + column] =
          column_of_parts(&parts.o[h][0][column], kSets * kSetColumns, m_log2, m_total, kHalves);
    }
    if (threadIdx.x == 0) {
      m_partial[row] = m_total;
      l_partial[row] = sum_of_parts(parts.l[h], m_log2, m_total, kHalves);
    }
  }
}

}  // namespace attnlab::kernels

// One entry point per stored type and width: 128 or 256 columns in 16-byte loads, or, where D is no
// multiple of 8, any D <= 256 one by one.
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_split_d128_kernel(const float* q, const float* k, const float* v, const int* lengths,
                             float* o_partial, float* m_partial, float* l_partial, int heads,
                             int kv_heads, int len_kv, int head_dim, int window, float scale_log2,
                             int splits) {
  attnlab::kernels::decode_split<1, true>(q, k, v, lengths, o_partial, m_partial, l_partial, heads,
                                          kv_heads, len_kv, head_dim, window, scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_split_d128_f16_kernel(const attnlab::kernels::Half* q, const attnlab::kernels::Half* k,
                                 const attnlab::kernels::Half* v, const int* lengths,
                                 float* o_partial, float* m_partial, float* l_partial, int heads,
                                 int kv_heads, int len_kv, int head_dim, int window,
                                 float scale_log2, int splits) {
  attnlab::kernels::decode_split<1, true>(q, k, v, lengths, o_partial, m_partial, l_partial, heads,
                                          kv_heads, len_kv, head_dim, window, scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_split_d128_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                  const attnlab::kernels::BFloat16* k,
                                  const attnlab::kernels::BFloat16* v, const int* lengths,
                                  float* o_partial, float* m_partial, float* l_partial, int heads,
                                  int kv_heads, int len_kv, int head_dim, int window,
                                  float scale_log2, int splits) {
  attnlab::kernels::decode_split<1, true>(q, k, v, lengths, o_partial, m_partial, l_partial, heads,
                                          kv_heads, len_kv, head_dim, window, scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_split_d256_kernel(const float* q, const float* k, const float* v, const int* lengths,
                             float* o_partial, float* m_partial, float* l_partial, int heads,
                             int kv_heads, int len_kv, int head_dim, int window, float scale_log2,
                             int splits) {
  attnlab::kernels::decode_split<2, true>(q, k, v, lengths, o_partial, m_partial, l_partial, heads,
                                          kv_heads, len_kv, head_dim, window, scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_split_d256_f16_kernel(const attnlab::kernels::Half* q, const attnlab::kernels::Half* k,
                                 const attnlab::kernels::Half* v, const int* lengths,
                                 float* o_partial, float* m_partial, float* l_partial, int heads,
                                 int kv_heads, int len_kv, int head_dim, int window,
                                 float scale_log2, int splits) {
  attnlab::kernels::decode_split<2, true>(q, k, v, lengths, o_partial, m_partial, l_partial, heads,
                                          kv_heads, len_kv, head_dim, window, scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_split_d256_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                  const attnlab::kernels::BFloat16* k,
                                  const attnlab::kernels::BFloat16* v, const int* lengths,
                                  float* o_partial, float* m_partial, float* l_partial, int heads,
                                  int kv_heads, int len_kv, int head_dim, int window,
                                  float scale_log2, int splits) {
  attnlab::kernels::decode_split<2, true>(q, k, v, lengths, o_partial, m_partial, l_partial, heads,
                                          kv_heads, len_kv, head_dim, window, scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_split_scalar_kernel(const float* q, const float* k, const float* v, const int* lengths,
                               float* o_partial, float* m_partial, float* l_partial, int heads,
                               int kv_heads, int len_kv, int head_dim, int window, float scale_log2,
                               int splits) {
  attnlab::kernels::decode_split<2, false>(q, k, v, lengths, o_partial, m_partial, l_partial, heads,
                                           kv_heads, len_kv, head_dim, window, scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_split_scalar_f16_kernel(const attnlab::kernels::Half* q, const attnlab::kernels::Half* k,
                                   const attnlab::kernels::Half* v, const int* lengths,
                                   float* o_partial, float* m_partial, float* l_partial, int heads,
                                   int kv_heads, int len_kv, int head_dim, int window,
                                   float scale_log2, int splits) {
  attnlab::kernels::decode_split<2, false>(q, k, v, lengths, o_partial, m_partial, l_partial, heads,
                                           kv_heads, len_kv, head_dim, window, scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_split_scalar_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                    const attnlab::kernels::BFloat16* k,
                                    const attnlab::kernels::BFloat16* v, const int* lengths,
                                    float* o_partial, float* m_partial, float* l_partial, int heads,
                                    int kv_heads, int len_kv, int head_dim, int window,
                                    float scale_log2, int splits) {
  attnlab::kernels::decode_split<2, false>(q, k, v, lengths, o_partial, m_partial, l_partial, heads,
                                           kv_heads, len_kv, head_dim, window, scale_log2, splits);
}

// Launch 2: the splits of each head as one.
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_split_reduce_kernel(const float* o_partial, const float* m_partial,
                               const float* l_partial, float* o, float* lse_nat, int heads,
                               int splits, int head_dim) {
  attnlab::kernels::reduce_splits(o_partial, m_partial, l_partial, o, lse_nat, heads, splits,
                                  head_dim);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_split_reduce_f16_kernel(const float* o_partial, const float* m_partial,
                                   const float* l_partial, attnlab::kernels::Half* o,
                                   float* lse_nat, int heads, int splits, int head_dim) {
  attnlab::kernels::reduce_splits(o_partial, m_partial, l_partial, o, lse_nat, heads, splits,
                                  head_dim);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_split_reduce_bf16_kernel(const float* o_partial, const float* m_partial,
                                    const float* l_partial, attnlab::kernels::BFloat16* o,
                                    float* lse_nat, int heads, int splits, int head_dim) {
  attnlab::kernels::reduce_splits(o_partial, m_partial, l_partial, o, lse_nat, heads, splits,
                                  head_dim);
}
