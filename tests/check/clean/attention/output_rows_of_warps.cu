// SPDX-License-Identifier: MIT
// The rows of Q are split over two warps; each keeps its output rows in shared memory for itself.
// emulate: --grid 1 --block 64 --arg f32[192]=normal:44 --arg f32[64]
extern "C" __global__ void output_rows_of_warps(const float* pv, float* o) {
  __shared__ float rows[2][32];
  const int t = threadIdx.x;
  float* row = rows[t / 32];
  row[t % 32] = 0.0f;
  for (int tile = 0; tile < 3; ++tile) row[t % 32] = 0.5f * row[t % 32] + pv[tile * 64 + t];
  __syncwarp();
  o[t] = row[31 - t % 32];
}
