// SPDX-License-Identifier: MIT
//
// Computes      Copies of whole pages, K and V: what copy-on-write does before a sequence writes to
//               a page that it shares. Pair i copies page pairs[i, 0] to page pairs[i, 1]; -1, -1
//               is no copy.
// Shapes        Pairs int32 [pairs, 2]; pages of K, V [pages, page_size, kv_heads, D]; dense,
//               row-major; fp32, fp16 or bf16. Any D.
// Mapping       Block (part of a page, pair) of 128 threads; a part is 1,024 units.
// Memory        Reads and writes each copied page once: cost() in
//               sim/model/paged/04_copy_blocks.cpp. It is copied in units of 16, 4 or 2 bytes, the
//               largest that a page is whole multiples of.
// Numerics      None: bits are moved.
// Synchronises  Nowhere. No page is written by two pairs, none is both read and written.
// Requires      No shared memory; any compute capability from 8.0.
// Changed       (from 01_write) Whole pages move inside the pool.
// See           docs/paged_attention.md; sim/model/paged/04_copy_blocks.cpp; tests/kernels.

#include "kernels/common/attention_tile.cuh"

namespace attnlab::kernels {

constexpr int kPartUnits = 1024;

template <class Unit>
__device__ __forceinline__ void paged_copy_blocks(const int* pairs, Unit* k_pages, Unit* v_pages,
                                                  int page_units) {
  // Look up which page goes where; -1 is no copy.
  const int from = pairs[2 * blockIdx.y];
  const int to = pairs[2 * blockIdx.y + 1];
  if (from < 0) return;

  // Copy this block's part of the page, K and V.
  const long long from_unit = static_cast<long long>(from) * page_units;
  const long long to_unit = static_cast<long long>(to) * page_units;
  const int first = blockIdx.x * kPartUnits;
  const int last = first + kPartUnits < page_units ? first + kPartUnits : page_units;
  for (int unit = first + threadIdx.x; unit < last; unit += kThreads) {
    k_pages[to_unit + unit] = k_pages[from_unit + unit];
    v_pages[to_unit + unit] = v_pages[from_unit + unit];
  }
}

}  // namespace attnlab::kernels

// One entry point per unit in bytes.
extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    paged_copy_blocks_16_kernel(const int* pairs, uint4* k_pages, uint4* v_pages, int page_units) {
  attnlab::kernels::paged_copy_blocks(pairs, k_pages, v_pages, page_units);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    paged_copy_blocks_4_kernel(const int* pairs, unsigned int* k_pages, unsigned int* v_pages,
                               int page_units) {
  attnlab::kernels::paged_copy_blocks(pairs, k_pages, v_pages, page_units);
}

extern "C" __global__ void __launch_bounds__(attnlab::kernels::kThreads)
    paged_copy_blocks_2_kernel(const int* pairs, unsigned short* k_pages, unsigned short* v_pages,
                               int page_units) {
  attnlab::kernels::paged_copy_blocks(pairs, k_pages, v_pages, page_units);
}
