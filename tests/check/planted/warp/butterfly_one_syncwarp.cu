// SPDX-License-Identifier: MIT
// A butterfly through shared memory with one warp barrier a step; it needs two.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
// finding: race-shared
// cause: a partner may have added already when its old sum is read
extern "C" __global__ void butterfly_one_syncwarp(const float* in, float* out) {
  __shared__ float sums[32];
  const int lane = threadIdx.x;
  sums[lane] = in[lane];
  for (int distance = 1; distance < 32; distance *= 2) {
    __syncwarp();
    const float partner = sums[lane ^ distance];  // (1)
    sums[lane] += partner;                        // (2)
  }
  out[lane] = sums[lane];
}
