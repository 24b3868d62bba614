// SPDX-License-Identifier: MIT
// Two warps hold half of the keys each and add to the same output row in shared memory.
// emulate: --grid 1 --block 64 --arg f32[64]=normal:18 --arg f32[32]
// finding: race-shared
// cause: the part of one warp is lost
extern "C" __global__ void output_of_two_warps(const float* parts, float* o) {
  __shared__ float row[32];
  const int t = threadIdx.x;
  if (t < 32) row[t] = 0.0f;
  __syncthreads();
  row[t % 32] += parts[t];  // (1) (2)
  __syncthreads();
  if (t < 32) o[t] = row[t];
}
