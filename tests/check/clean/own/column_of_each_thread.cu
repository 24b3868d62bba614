// SPDX-License-Identifier: MIT
// Each thread sums up its own column of a tile, from top to bottom.
// emulate: --grid 1 --block 64 --arg f32[512]=iota --arg f32[64]
extern "C" __global__ void column_of_each_thread(const float* in, float* out) {
  __shared__ float tile[8][64];
  const int t = threadIdx.x;
  for (int row = 0; row < 8; ++row) tile[row][t] = in[row * 64 + t];
  for (int row = 1; row < 8; ++row) tile[row][t] += tile[row - 1][t];
  out[t] = tile[7][t];
}
