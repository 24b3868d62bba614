// SPDX-License-Identifier: MIT
// Thread 0 looks up the next page while other warps still read the number of this one.
// emulate: --grid 1 --block 64 --arg f32[256]=normal:23 --arg i32[4]=iota --arg f32[64]
// finding: race-shared
// cause: a slow warp gathers from the next page
extern "C" __global__ void next_page_too_early(const float* pages, const int* block_table,
                                               float* out) {
  __shared__ int page;
  const int t = threadIdx.x;
  if (t == 0) page = block_table[0];
  float sum = 0.0f;
  for (int i = 1; i <= 4; ++i) {
    __syncthreads();
    sum += pages[page * 64 + t];                 // (1)
    if (t == 0 && i < 4) page = block_table[i];  // (2)
  }
  out[t] = sum;
}
