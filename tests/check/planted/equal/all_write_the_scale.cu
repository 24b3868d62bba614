// SPDX-License-Identifier: MIT
// Every thread of the block writes the same argument into the same cell.
// emulate: --grid 1 --block 64 --arg f32=3 --arg f32[64]=iota --arg f32[64]
// finding: race-equal
// cause: nothing as long as the values are equal
extern "C" __global__ void all_write_the_scale(float factor, const float* in, float* out) {
  __shared__ float scale;
  const int t = threadIdx.x;
  scale = factor + in[7];  // (1) (2)
  __syncthreads();
  out[t] = scale * in[t];
}
