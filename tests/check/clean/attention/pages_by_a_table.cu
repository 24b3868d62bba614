// SPDX-License-Identifier: MIT
// Keys are gathered by a block table; two sequences share a page and only read it.
// emulate: --grid 2 --block 32 --arg f32[128]=iota --arg i32[4]=iota --arg f32[64]
extern "C" __global__ void pages_by_a_table(const float* pages, const int* block_table,
                                            float* out) {
  __shared__ int page;
  const int t = threadIdx.x;
  float sum = 0.0f;
  for (int i = 0; i < 3; ++i) {
    if (t == 0) page = block_table[blockIdx.x + i];
    __syncthreads();
    sum += pages[page * 32 + t];
    __syncthreads();
  }
  out[blockIdx.x * 32 + t] = sum;
}
