// SPDX-License-Identifier: MIT
// A scan that reads one buffer and writes the other: one barrier a step.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
extern "C" __global__ void scan_two_buffers(const float* in, float* out) {
  __shared__ float sums[2][64];
  const int t = threadIdx.x;
  int from = 0;
  sums[0][t] = in[t];
  for (int distance = 1; distance < 64; distance *= 2) {
    __syncthreads();
    const float left = t >= distance ? sums[from][t - distance] : 0.0f;
    sums[1 - from][t] = sums[from][t] + left;
    from = 1 - from;
  }
  out[t] = sums[from][t];
}
