// SPDX-License-Identifier: MIT
// A warp adds in shared memory and trusts that its lanes run in step.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[1]
// finding: race-shared
// cause: a lane may add a cell before its owner has updated it
extern "C" __global__ void reduce_without_syncwarp(const float* in, float* out) {
  __shared__ float partial[32];
  const int lane = threadIdx.x;
  partial[lane] = in[lane];
  __syncwarp();
  for (int half = 16; half > 0; half /= 2) {
    if (lane < half) partial[lane] += partial[lane + half];  // (1) (2)
  }
  if (lane == 0) out[0] = partial[0];
}
