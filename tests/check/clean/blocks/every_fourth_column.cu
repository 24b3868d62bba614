// SPDX-License-Identifier: MIT
// Blocks write every fourth element: neighbours in memory, but nobody's twice.
// emulate: --grid 4 --block 64 --arg f32[256]=iota --arg f32[256]
extern "C" __global__ void every_fourth_column(const float* in, float* out) {
  out[threadIdx.x * 4 + blockIdx.x] = in[blockIdx.x * 64 + threadIdx.x];
}
