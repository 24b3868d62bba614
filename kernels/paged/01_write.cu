// SPDX-License-Identifier: MIT
//
// Computes      K and V of new tokens into the pages of their sequences: token i of sequence b goes
//               to slot slot_mapping[b, i]; a slot of -1 is no token.
// Shapes        New K, V [batch, len_q, kv_heads, D]; slot mapping int32 [batch, len_q]; pages of
//               K, V [pages, page_size, kv_heads, D], in which slot s is token s % page_size of
//               page s / page_size; dense, row-major; fp32, fp16 or bf16. Any D.
// Mapping       Block (token, batch) of 128 threads, which copy a token's kv_heads * D elements
//               side by side, K and then V.
// Memory        Reads each new token and its slot once and writes it once: cost() in
//               sim/model/paged/01_write.cpp. It is copied in units of 16, 4 or 2 bytes, the
//               largest that a token is whole multiples of.
// Numerics      None: bits are moved.
// Synchronises  Nowhere. No two tokens have the same slot.
// Requires      No shared memory; any compute capability from 8.0.
// Changed       (from a contiguous cache) A token's place is looked up, not computed.
// See           docs/paged_attention.md; sim/model/paged/01_write.cpp; tests/kernels.

#include "kernels/common/attention_tile.cuh"

namespace attnlab::kernels {

template <class Unit>
__device__ __forceinline__ void paged_write(const Unit* new_k, const Unit* new_v,
                                            const int* slot_mapping, Unit* k_pages, Unit* v_pages,
                                            int len_q, int token_units) {
  const long long token = static_cast<long long>(blockIdx.y) * len_q + blockIdx.x;

  // Look up the token's slot; -1 is no token.
  const int slot = slot_mapping[token];
  if (slot < 0) return;

  // Copy the token's K and V there.
  const Unit* from_k = new_k + token * token_units;
  const Unit* from_v = new_v + token * token_units;
  Unit* to_k = k_pages + static_cast<long long>(slot) * token_units;
  Unit* to_v = v_pages + static_cast<long long>(slot) * token_units;
  for (int unit = threadIdx.x; unit < token_units; unit += kThreads) {
    to_k[unit] = from_k[unit];
    to_v[unit] = from_v[unit];
  }
}

}  // namespace attnlab::kernels

// One entry point per unit in bytes.
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    paged_write_16_kernel(const uint4* new_k, const uint4* new_v, const int* slot_mapping,
                          uint4* k_pages, uint4* v_pages, int len_q, int token_units) {
  attnlab::kernels::paged_write(new_k, new_v, slot_mapping, k_pages, v_pages, len_q, token_units);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    paged_write_4_kernel(const unsigned int* new_k, const unsigned int* new_v,
                         const int* slot_mapping, unsigned int* k_pages, unsigned int* v_pages,
                         int len_q, int token_units) {
  attnlab::kernels::paged_write(new_k, new_v, slot_mapping, k_pages, v_pages, len_q, token_units);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    paged_write_2_kernel(const unsigned short* new_k, const unsigned short* new_v,
                         const int* slot_mapping, unsigned short* k_pages, unsigned short* v_pages,
                         int len_q, int token_units) {
  attnlab::kernels::paged_write(new_k, new_v, slot_mapping, k_pages, v_pages, len_q, token_units);
}
