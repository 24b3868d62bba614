// SPDX-License-Identifier: MIT
// The same in global memory for a warp, with a barrier of the warp.
// emulate: --grid 2 --block 64 --arg f32[128]=iota --arg f32[128] --arg f32[128]
extern "C" __global__ void scratch_of_each_warp(const float* in, float* scratch, float* out) {
  const int i = blockIdx.x * 64 + threadIdx.x;
  scratch[i] = in[i];
  __syncwarp();
  out[i] = scratch[i ^ 31];
}
