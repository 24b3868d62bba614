// SPDX-License-Identifier: MIT
// A reduction that leaves out the barrier once a single warp is left.
// emulate: --grid 1 --block 128 --arg f32[128]=iota --arg f32[1]
// finding: race-shared
// cause: lanes of one warp do not have to run in step
extern "C" __global__ void last_warp_needs_none(const float* in, float* out) {
  __shared__ float partial[128];
  const int t = threadIdx.x;
  partial[t] = in[t];
  __syncthreads();
  for (int half = 64; half > 0; half /= 2) {
    if (t < half) partial[t] += partial[t + half];  // (1) (2)
    if (half > 32) __syncthreads();
  }
  if (t == 0) out[0] = partial[0];
}
