// SPDX-License-Identifier: MIT
// Each thread adds to its cell in a loop, but nobody has set it to zero.
// emulate: --grid 1 --block 64 --arg f32[256]=iota --arg f32[64]
// finding: uninitialised-shared
// cause: the sums begin with whatever was in the cells
extern "C" __global__ void sum_not_zeroed(const float* in, float* out) {
  __shared__ float sums[64];
  const int t = threadIdx.x;
  for (int k = 0; k < 4; ++k) {
    sums[(t + k) % 64] += in[k * 64 + t];  // (1)
    __syncthreads();
  }
  out[t] = sums[t];
}
