// SPDX-License-Identifier: MIT
// A butterfly through shared memory: one warp barrier before the partner is read, one before it is overwritten.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
extern "C" __global__ void butterfly_two_syncwarps(const float* in, float* out) {
  __shared__ float sums[32];
  const int lane = threadIdx.x;
  sums[lane] = in[lane];
  for (int distance = 1; distance < 32; distance *= 2) {
    __syncwarp();
    const float partner = sums[lane ^ distance];
    __syncwarp();
    sums[lane] += partner;
  }
  out[lane] = sums[lane];
}
