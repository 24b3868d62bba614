// SPDX-License-Identifier: MIT
// Both blocks read a cell of global memory; block 1 waits for its own threads and writes it.
// emulate: --grid 2 --block 64 --arg f32[1]=zeros --arg f32[128]
// finding: race-global
// cause: block 0 may read the new value
extern "C" __global__ void other_block_reads_too(float* scale, float* out) {
  const int i = blockIdx.x * 64 + threadIdx.x;
  out[i] = scale[0] + 1.0f;  // (1)
  __syncthreads();
  if (i == 64) scale[0] = 3.0f;  // (2)
}
