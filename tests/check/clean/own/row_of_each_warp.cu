// SPDX-License-Identifier: MIT
// Each warp has a row of its own and synchronises with itself only.
// emulate: --grid 1 --block 128 --arg f32[128]=iota --arg f32[128]
extern "C" __global__ void row_of_each_warp(const float* in, float* out) {
  __shared__ float rows[4][32];
  const int t = threadIdx.x;
  float* row = rows[t / 32];
  row[t % 32] = in[t];
  __syncwarp();
  out[t] = row[31 - t % 32];
}
