// SPDX-License-Identifier: MIT
// A loop over the whole array by all blocks; each element belongs to one thread.
// emulate: --grid 2 --block 32 --arg f32[200]=iota --arg i32=200
extern "C" __global__ void grid_stride_in_place(float* x, int n) {
  for (int i = blockIdx.x * 32 + threadIdx.x; i < n; i += 64) x[i] = x[i] * x[i];
}
