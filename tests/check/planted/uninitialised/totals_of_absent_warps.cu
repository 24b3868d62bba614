// SPDX-License-Identifier: MIT
// The first warp adds up the totals of 32 warps; the block has two.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[1]
// finding: uninitialised-shared
// cause: 30 numbers from nowhere are added
extern "C" __global__ void totals_of_absent_warps(const float* in, float* out) {
  __shared__ float totals[32];
  const int t = threadIdx.x;
  float sum = in[t];
  for (int d = 16; d > 0; d /= 2) sum += __shfl_down_sync(0xffffffffu, sum, d);
  if (t % 32 == 0) totals[t / 32] = sum;
  __syncthreads();
  if (t < 32) {
    sum = totals[t];  // (1)
    for (int d = 16; d > 0; d /= 2) sum += __shfl_down_sync(0xffffffffu, sum, d);
    if (t == 0) out[0] = sum;
  }
}
