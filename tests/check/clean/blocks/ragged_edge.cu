// SPDX-License-Identifier: MIT
// The last block is larger than what is left; its threads look before they load and store.
// emulate: --grid 3 --block 64 --arg f32[150]=iota --arg f32[150] --arg i32=150
extern "C" __global__ void ragged_edge(const float* in, float* out, int n) {
  const int i = blockIdx.x * 64 + threadIdx.x;
  if (i < n) out[i] = 3.0f * in[i];
}
