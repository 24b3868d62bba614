// SPDX-License-Identifier: MIT
// Bins are added to without atomics.
// emulate: --grid 1 --block 64 --arg f32[64]=normal:6 --arg f32[8]
// finding: race-shared
// cause: additions to the same bin are lost
extern "C" __global__ void weighted_histogram(const float* weights, float* out) {
  __shared__ float bins[8];
  const int t = threadIdx.x;
  if (t < 8) bins[t] = 0.0f;
  __syncthreads();
  bins[t * t % 8] += weights[t];  // (1) (2)
  __syncthreads();
  if (t < 8) out[t] = bins[t];
}
