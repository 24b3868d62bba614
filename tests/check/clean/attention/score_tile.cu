// SPDX-License-Identifier: MIT
// Scores of a Q tile and a K tile; both tiles are complete before they are read.
// emulate: --grid 1 --block 8,8 --arg f32[128]=normal:41 --arg f32[128]=normal:42 --arg f32[64]
extern "C" __global__ void score_tile(const float* q, const float* k, float* s) {
  __shared__ float q_tile[8][17];
  __shared__ float k_tile[8][17];
  const int x = threadIdx.x;
  const int y = threadIdx.y;
  for (int d = x; d < 16; d += 8) {
    q_tile[y][d] = q[y * 16 + d];
    k_tile[y][d] = k[y * 16 + d];
  }
  __syncthreads();
  float dot = 0.0f;
  for (int d = 0; d < 16; ++d) dot += q_tile[y][d] * k_tile[x][d];
  s[y * 8 + x] = dot;
}
