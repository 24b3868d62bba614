// SPDX-License-Identifier: MIT
// Lane 0 of each warp publishes the warp's total; its neighbours divide by it at once.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
// finding: race-shared
// cause: a lane may divide by what was in the cell before
extern "C" __global__ void warp_total_without_syncwarp(const float* in, float* out) {
  __shared__ float totals[2];
  const int t = threadIdx.x;
  if (t < 2) totals[t] = 1.0f;
  __syncthreads();
  float sum = in[t];
  for (int d = 16; d > 0; d /= 2) sum += __shfl_down_sync(0xffffffffu, sum, d);
  if (t % 32 == 0) totals[t / 32] = sum;  // (1)
  out[t] = in[t] / totals[t / 32];        // (2)
}
