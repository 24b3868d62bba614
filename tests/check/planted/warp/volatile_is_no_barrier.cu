// SPDX-License-Identifier: MIT
// The same reduction with volatile cells: they go to memory, but nobody waits.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[1]
// finding: race-shared
// cause: a lane may add a cell before its owner has updated it
extern "C" __global__ void volatile_is_no_barrier(const float* in, float* out) {
  __shared__ volatile float partial[32];
  const int lane = threadIdx.x;
  partial[lane] = in[lane];
  __syncwarp();
  for (int half = 16; half > 0; half /= 2) {
    if (lane < half) partial[lane] = partial[lane] + partial[lane + half];  // (1) (2)
  }
  if (lane == 0) out[0] = partial[0];
}
