// SPDX-License-Identifier: MIT
// Two warps share a row of scores; each reads the other's maximum before it is written.
// emulate: --grid 1 --block 64 --arg f32[64]=normal:11 --arg f32[64]
// finding: race-shared
// cause: the row maximum lacks half of the row
extern "C" __global__ void row_max_of_two_warps(const float* scores, float* out) {
  __shared__ float maxima[2];
  const int t = threadIdx.x;
  if (t < 2) maxima[t] = -INFINITY;
  __syncthreads();
  float m = scores[t];
  for (int d = 16; d > 0; d /= 2) m = fmaxf(m, __shfl_xor_sync(0xffffffffu, m, d));
  if (t % 32 == 0) maxima[t / 32] = m;      // (1)
  out[t] = scores[t] - maxima[1 - t / 32];  // (2)
}
