// SPDX-License-Identifier: MIT
// An inclusive scan in one buffer: a step reads cells that the same step writes.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
// finding: race-shared
// cause: summands are counted twice
extern "C" __global__ void scan_one_buffer(const float* in, float* out) {
  __shared__ float sums[64];
  const int t = threadIdx.x;
  sums[t] = in[t];
  for (int distance = 1; distance < 64; distance *= 2) {
    __syncthreads();
    if (t >= distance) sums[t] += sums[t - distance];  // (1) (2)
  }
  out[t] = sums[t];
}
