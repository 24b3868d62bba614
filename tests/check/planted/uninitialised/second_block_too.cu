// SPDX-License-Identifier: MIT
// Shared memory does not outlive a block: the second one cannot find what the first one has left.
// emulate: --grid 2 --block 32 --arg f32[32]=iota --arg f32[64]
// finding: uninitialised-shared
// cause: the second block's table is whatever was in the cells
extern "C" __global__ void second_block_too(const float* in, float* out) {
  __shared__ float table[32];
  const int t = threadIdx.x;
  if (blockIdx.x == 0) table[t] = in[t];
  __syncthreads();
  out[blockIdx.x * 32 + t] = table[31 - t];  // (1)
}
