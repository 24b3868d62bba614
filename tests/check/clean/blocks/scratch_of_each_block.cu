// SPDX-License-Identifier: MIT
// Threads of one block exchange values through the block's own part of global memory, with a barrier.
// emulate: --grid 2 --block 64 --arg f32[128]=iota --arg f32[128] --arg f32[128]
extern "C" __global__ void scratch_of_each_block(const float* in, float* scratch, float* out) {
  float* mine = scratch + blockIdx.x * 64;
  const int t = threadIdx.x;
  mine[t] = in[blockIdx.x * 64 + t];
  __syncthreads();
  out[blockIdx.x * 64 + t] = mine[63 - t];
}
