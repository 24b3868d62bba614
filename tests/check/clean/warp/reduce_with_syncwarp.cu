// SPDX-License-Identifier: MIT
// A warp adds in shared memory, with a barrier of the warp after each step.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[1]
extern "C" __global__ void reduce_with_syncwarp(const float* in, float* out) {
  __shared__ float partial[32];
  const int lane = threadIdx.x;
  partial[lane] = in[lane];
  __syncwarp();
  for (int half = 16; half > 0; half /= 2) {
    if (lane < half) partial[lane] += partial[lane + half];
    __syncwarp();
  }
  if (lane == 0) out[0] = partial[0];
}
