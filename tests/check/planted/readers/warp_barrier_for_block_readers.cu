// SPDX-License-Identifier: MIT
// All threads of two warps read one cell; a barrier of the warp stands before the second warp's update.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
// finding: race-shared
// cause: the first warp may read the updated cell
extern "C" __global__ void warp_barrier_for_block_readers(const float* in, float* out) {
  __shared__ float scale;
  const int t = threadIdx.x;
  if (t == 0) scale = in[1];
  __syncthreads();
  const float x = in[t] * scale;  // (1)
  __syncwarp();
  if (t == 32) scale = x;  // (2)
  __syncthreads();
  out[t] = x + scale;
}
