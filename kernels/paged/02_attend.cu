// SPDX-License-Identifier: MIT
//
// Computes      O = softmax(q K^T * scale) V and LSE for one query a sequence whose keys and values
//               lie in pages, found through a block table: PagedAttention.
// Shapes        Q, O [batch, heads, 1, D]; K, V in pages [pages, page_size, kv_heads, D]; block
//               table int32 [batch, table_width]: page p of sequence b holds its tokens from p *
//               page_size on; lengths int32 [batch]; LSE [batch, heads, 1] in fp32; dense,
//               row-major; Q, K, V, O in fp32, fp16 or bf16. D <= 256. Pages in any order, shared
//               or not, the last of a sequence part filled.
// Mapping       Block (head, batch) of 4 warps; a tile is 64 keys, 16 a warp: its lower 16 lanes
//               have the even ones, its upper 16 the odd ones, one key at a time; lane h of 16 owns
//               columns 8 h to 8 h + 7 (and 128 further where D > 128). Of each half-warp 8 lanes
//               look up a key's page each.
// Memory        Reads what decode/01_sequential reads, and an entry of the block table per key:
//               cost() in sim/model/decode/cost.cpp. Shared: what the eight half-warps found.
// Numerics      That of decode/01_sequential, to the last bit, whatever the pages.
// Synchronises  One barrier, before the half-warps' results are brought together.
// Requires      8 (2 + 128) floats of shared memory, or 8 (2 + 256) where D > 128; any compute
//               capability from 8.0.
// Changed       (from decode/01_sequential) Where a key lies: its row is a slot of its page.
// See           docs/paged_attention.md; sim/model/paged/02_attend.cpp; tests/kernels.

#include "kernels/decode/attend.cuh"

namespace attnlab::kernels {

template <int kSets, bool kVectors, class T>
__device__ __forceinline__ void paged_attend(const T* q, const T* k, const T* v, const int* lengths,
                                             const int* block_table, int table_width, int page_size,
                                             T* o, float* lse_nat, int heads, int kv_heads,
                                             int head_dim, int window, float scale_log2) {
  using namespace decode;
  constexpr int kHeads = 1;
  const int first_head = blockIdx.x;
  const int batch = blockIdx.y;
  const int kv_head = first_head / (heads / kv_heads);
  const KeyValues<T> kv = {k + kv_head * head_dim, v + kv_head * head_dim, kv_heads * head_dim,
                           block_table + static_cast<long long>(batch) * table_width, page_size};

  // Read the sequence's length; the query sees all its keys, or the last of them.
  const SeenKeys seen = seen_by_last(read_length(lengths + batch), window);
  const TileRange tiles = tiles_of_split(seen, 0, 1);

  // Load the query; every half-warp has it in registers.
  HeadState<kSets> states[kHeads];
  load_queries<kVectors>(states, q + head_offset(batch, heads, first_head, 1, head_dim), kHeads,
                         head_dim);

  // Attend to the tiles: load a tile's keys, score them, load its values, weigh them and add them.
  for (int tile = tiles.first; tile < tiles.last; ++tile) {
    attend_tile<true, kVectors>(states, kv, tile, seen, head_dim, scale_log2);
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
    paged_attend_d128_kernel(const float* q, const float* k, const float* v, const int* lengths,
                             const int* block_table, int table_width, int page_size, float* o,
                             float* lse_nat, int heads, int kv_heads, int head_dim, int window,
                             float scale_log2) {
  attnlab::kernels::paged_attend<1, true>(q, k, v, lengths, block_table, table_width, page_size, o,
                                          lse_nat, heads, kv_heads, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    paged_attend_d128_f16_kernel(const attnlab::kernels::Half* q, const attnlab::kernels::Half* k,
                                 const attnlab::kernels::Half* v, const int* lengths,
                                 const int* block_table, int table_width, int page_size,
                                 attnlab::kernels::Half* o, float* lse_nat, int heads, int kv_heads,
                                 int head_dim, int window, float scale_log2) {
  attnlab::kernels::paged_attend<1, true>(q, k, v, lengths, block_table, table_width, page_size, o,
                                          lse_nat, heads, kv_heads, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    paged_attend_d128_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                  const attnlab::kernels::BFloat16* k,
                                  const attnlab::kernels::BFloat16* v, const int* lengths,
                                  const int* block_table, int table_width, int page_size,
                                  attnlab::kernels::BFloat16* o, float* lse_nat, int heads,
                                  int kv_heads, int head_dim, int window, float scale_log2) {
  attnlab::kernels::paged_attend<1, true>(q, k, v, lengths, block_table, table_width, page_size, o,
                                          lse_nat, heads, kv_heads, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    paged_attend_d256_kernel(const float* q, const float* k, const float* v, const int* lengths,
                             const int* block_table, int table_width, int page_size, float* o,
                             float* lse_nat, int heads, int kv_heads, int head_dim, int window,
                             float scale_log2) {
  attnlab::kernels::paged_attend<2, true>(q, k, v, lengths, block_table, table_width, page_size, o,
                                          lse_nat, heads, kv_heads, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    paged_attend_d256_f16_kernel(const attnlab::kernels::Half* q, const attnlab::kernels::Half* k,
                                 const attnlab::kernels::Half* v, const int* lengths,
                                 const int* block_table, int table_width, int page_size,
                                 attnlab::kernels::Half* o, float* lse_nat, int heads, int kv_heads,
                                 int head_dim, int window, float scale_log2) {
  attnlab::kernels::paged_attend<2, true>(q, k, v, lengths, block_table, table_width, page_size, o,
                                          lse_nat, heads, kv_heads, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    paged_attend_d256_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                  const attnlab::kernels::BFloat16* k,
                                  const attnlab::kernels::BFloat16* v, const int* lengths,
                                  const int* block_table, int table_width, int page_size,
                                  attnlab::kernels::BFloat16* o, float* lse_nat, int heads,
                                  int kv_heads, int head_dim, int window, float scale_log2) {
  attnlab::kernels::paged_attend<2, true>(q, k, v, lengths, block_table, table_width, page_size, o,
                                          lse_nat, heads, kv_heads, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    paged_attend_scalar_kernel(const float* q, const float* k, const float* v, const int* lengths,
                               const int* block_table, int table_width, int page_size, float* o,
                               float* lse_nat, int heads, int kv_heads, int head_dim, int window,
                               float scale_log2) {
  attnlab::kernels::paged_attend<2, false>(q, k, v, lengths, block_table, table_width, page_size, o,
                                           lse_nat, heads, kv_heads, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    paged_attend_scalar_f16_kernel(const attnlab::kernels::Half* q, const attnlab::kernels::Half* k,
                                   const attnlab::kernels::Half* v, const int* lengths,
                                   const int* block_table, int table_width, int page_size,
                                   attnlab::kernels::Half* o, float* lse_nat, int heads,
                                   int kv_heads, int head_dim, int window, float scale_log2) {
  attnlab::kernels::paged_attend<2, false>(q, k, v, lengths, block_table, table_width, page_size, o,
                                           lse_nat, heads, kv_heads, head_dim, window, scale_log2);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    paged_attend_scalar_bf16_kernel(const attnlab::kernels::BFloat16* q,
                                    const attnlab::kernels::BFloat16* k,
                                    const attnlab::kernels::BFloat16* v, const int* lengths,
                                    const int* block_table, int table_width, int page_size,
                                    attnlab::kernels::BFloat16* o, float* lse_nat, int heads,
                                    int kv_heads, int head_dim, int window, float scale_log2) {
  attnlab::kernels::paged_attend<2, false>(q, k, v, lengths, block_table, table_width, page_size, o,
                                           lse_nat, heads, kv_heads, head_dim, window, scale_log2);
}
