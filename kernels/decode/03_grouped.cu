// SPDX-License-Identifier: MIT
//
// Computes      O = softmax(q K^T * scale) V and LSE for one query a sequence, split over the keys,
//               with the query heads that share a K/V head packed into one block.
// Shapes        Q, O [batch, heads, 1, D]; K, V [batch, kv_heads, len_kv, D], of which sequence b
//               has lengths[b] keys; LSE [batch, heads, 1] in fp32; dense, row-major; Q, K, V, O in
//               fp32, fp16 or bf16. D <= 256. Partial results in fp32: O [batch, heads, splits, D],
//               m and l [batch, heads, splits].
// Mapping       Block (K/V head and up to 4 of its query heads, split, batch) of 4 warps; split s
//               of n takes tiles [s T / n, (s + 1) T / n) of the T that hold seen keys; a tile is
//               64 keys, 16 a warp: its lower 16 lanes have the even ones, its upper 16 the odd
//               ones, one key at a time; lane h of 16 owns columns 8 h to 8 h + 7 (and 128 further
//               where D > 128). Reduction: block (head, batch), a thread is a column.
// Memory        Reads the keys and values that are seen once per 4 query heads of a group: cost()
//               in sim/model/decode/cost.cpp. Shared: what the eight half-warps found of each head;
//               m and l of every split.
// Numerics      That of 02_split, to the last bit.
// Synchronises  One barrier in each kernel, before results are brought together.
// Requires      32 (2 + 128) floats of shared memory, or 32 (2 + 256) where D > 128, and 2 * splits
//               of dynamic shared memory for the reduction; any compute capability from 8.0.
// Changed       (from 02_split) A key and a value that are in registers serve 4 query heads.
// See           docs/decode.md; sim/model/decode/03_grouped.cpp; tests/kernels.

#include "kernels/decode/attend.cuh"
#include "kernels/decode/reduce_splits.cuh"

namespace attnlab::kernels {

// Launch 1: one split of the keys.
template <int kHeads, int kSets, bool kVectors, class T>
__device__ __forceinline__ void decode_grouped(const T* q, const T* k, const T* v,
                                               const int* lengths, float* o_partial,
                                               float* m_partial, float* l_partial, int heads,
                                               int kv_heads, int len_kv, int head_dim, int window,
                                               float scale_log2, int splits) {
  using namespace decode;
  const int group = heads / kv_heads;  // query heads of a K/V head
  const int blocks_of_group = (group + kHeads - 1) / kHeads;
  const int kv_head = blockIdx.x / blocks_of_group;
  const int first_of_group = blockIdx.x % blocks_of_group * kHeads;
  const int first_head = kv_head * group + first_of_group;
  const int own_heads = group - first_of_group < kHeads ? group - first_of_group : kHeads;
  const int split = blockIdx.y;
  const int batch = blockIdx.z;
  const long long kv_offset = head_offset(batch, kv_heads, kv_head, len_kv, head_dim);
  const KeyValues<T> kv = {k + kv_offset, v + kv_offset, head_dim, nullptr, 0};

  // Read the sequence's length; the query sees all its keys, or the last of them.
  const SeenKeys seen = seen_by_last(read_length(lengths + batch), window);

  // Take this split's part of the tiles.
  const TileRange tiles = tiles_of_split(seen, split, splits);

  // Load the queries; every half-warp has them in registers.
  HeadState<kSets> states[kHeads];
  load_queries<kVectors>(states, q + head_offset(batch, heads, first_head, 1, head_dim), own_heads,
                         head_dim);

  // Attend to the tiles: load a tile's keys, score them, load its values, weigh them and add them.
  for (int tile = tiles.first; tile < tiles.last; ++tile) {
    attend_tile<false, kVectors>(states, kv, tile, seen, head_dim, scale_log2);
  }

  // Bring the half-warps' results together.
  __shared__ BlockParts<kHeads, kSets> parts;
  share_parts(parts, states, own_heads, head_dim);
  __syncthreads();  // every thread may read what all half-warps found

  // Write the split's m, l and O, not yet divided.
  for (int h = 0; h < own_heads; ++h) {
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
    decode_grouped_d128_kernel(const float* q, const float* k, const float* v, const int* lengths,
                               float* o_partial, float* m_partial, float* l_partial, int heads,
                               int kv_heads, int len_kv, int head_dim, int window, float scale_log2,
                               int splits) {
  attnlab::kernels::decode_grouped<4, 1, true>(q, k, v, lengths, o_partial, m_partial, l_partial,
                                               heads, kv_heads, len_kv, head_dim, window,
                                               scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_grouped_d128_f16_kernel(const attnlab::kernels::Half* q, const attnlab::kernels::Half* k,
                                   const attnlab::kernels::Half* v, const int* lengths,
                                   float* o_partial, float* m_partial, float* l_partial, int heads,
                                   int kv_heads, int len_kv, int head_dim, int window,
                                   float scale_log2, int splits) {
  attnlab::kernels::decode_grouped<4, 1, true>(q, k, v, lengths, o_partial, m_partial, l_partial,
                                               heads, kv_heads, len_kv, head_dim, window,
                                               scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_grouped_d128_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                    const attnlab::kernels::BFloat16* k,
                                    const attnlab::kernels::BFloat16* v, const int* lengths,
                                    float* o_partial, float* m_partial, float* l_partial, int heads,
                                    int kv_heads, int len_kv, int head_dim, int window,
                                    float scale_log2, int splits) {
  attnlab::kernels::decode_grouped<4, 1, true>(q, k, v, lengths, o_partial, m_partial, l_partial,
                                               heads, kv_heads, len_kv, head_dim, window,
                                               scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_grouped_d256_kernel(const float* q, const float* k, const float* v, const int* lengths,
                               float* o_partial, float* m_partial, float* l_partial, int heads,
                               int kv_heads, int len_kv, int head_dim, int window, float scale_log2,
                               int splits) {
  attnlab::kernels::decode_grouped<4, 2, true>(q, k, v, lengths, o_partial, m_partial, l_partial,
                                               heads, kv_heads, len_kv, head_dim, window,
                                               scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_grouped_d256_f16_kernel(const attnlab::kernels::Half* q, const attnlab::kernels::Half* k,
                                   const attnlab::kernels::Half* v, const int* lengths,
                                   float* o_partial, float* m_partial, float* l_partial, int heads,
                                   int kv_heads, int len_kv, int head_dim, int window,
                                   float scale_log2, int splits) {
  attnlab::kernels::decode_grouped<4, 2, true>(q, k, v, lengths, o_partial, m_partial, l_partial,
                                               heads, kv_heads, len_kv, head_dim, window,
                                               scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_grouped_d256_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                    const attnlab::kernels::BFloat16* k,
                                    const attnlab::kernels::BFloat16* v, const int* lengths,
                                    float* o_partial, float* m_partial, float* l_partial, int heads,
                                    int kv_heads, int len_kv, int head_dim, int window,
                                    float scale_log2, int splits) {
  attnlab::kernels::decode_grouped<4, 2, true>(q, k, v, lengths, o_partial, m_partial, l_partial,
                                               heads, kv_heads, len_kv, head_dim, window,
                                               scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_grouped_scalar_kernel(const float* q, const float* k, const float* v, const int* lengths,
                                 float* o_partial, float* m_partial, float* l_partial, int heads,
                                 int kv_heads, int len_kv, int head_dim, int window,
                                 float scale_log2, int splits) {
  attnlab::kernels::decode_grouped<4, 2, false>(q, k, v, lengths, o_partial, m_partial, l_partial,
                                                heads, kv_heads, len_kv, head_dim, window,
                                                scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_grouped_scalar_f16_kernel(const attnlab::kernels::Half* q,
                                     const attnlab::kernels::Half* k,
                                     const attnlab::kernels::Half* v, const int* lengths,
                                     float* o_partial, float* m_partial, float* l_partial,
                                     int heads, int kv_heads, int len_kv, int head_dim, int window,
                                     float scale_log2, int splits) {
  attnlab::kernels::decode_grouped<4, 2, false>(q, k, v, lengths, o_partial, m_partial, l_partial,
                                                heads, kv_heads, len_kv, head_dim, window,
                                                scale_log2, splits);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_grouped_scalar_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                      const attnlab::kernels::BFloat16* k,
                                      const attnlab::kernels::BFloat16* v, const int* lengths,
                                      float* o_partial, float* m_partial, float* l_partial,
                                      int heads, int kv_heads, int len_kv, int head_dim, int window,
                                      float scale_log2, int splits) {
  attnlab::kernels::decode_grouped<4, 2, false>(q, k, v, lengths, o_partial, m_partial, l_partial,
                                                heads, kv_heads, len_kv, head_dim, window,
                                                scale_log2, splits);
}

// Launch 2: the splits of each head as one.
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_grouped_reduce_kernel(const float* o_partial, const float* m_partial,
                                 const float* l_partial, float* o, float* lse_nat, int heads,
                                 int splits, int head_dim) {
  attnlab::kernels::reduce_splits(o_partial, m_partial, l_partial, o, lse_nat, heads, splits,
                                  head_dim);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_grouped_reduce_f16_kernel(const float* o_partial, const float* m_partial,
                                     const float* l_partial, attnlab::kernels::Half* o,
                                     float* lse_nat, int heads, int splits, int head_dim) {
  attnlab::kernels::reduce_splits(o_partial, m_partial, l_partial, o, lse_nat, heads, splits,
                                  head_dim);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    decode_grouped_reduce_bf16_kernel(const float* o_partial, const float* m_partial,
                                      const float* l_partial, attnlab::kernels::BFloat16* o,
                                      float* lse_nat, int heads, int splits, int head_dim) {
  attnlab::kernels::reduce_splits(o_partial, m_partial, l_partial, o, lse_nat, heads, splits,
                                  head_dim);
}
