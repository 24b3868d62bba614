// SPDX-License-Identifier: MIT
// A thread reads its left neighbour's cell with no barrier after the load.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
// finding: race-shared
// cause: the neighbour's cell may still hold what was there before
extern "C" __global__ void neighbour_without_barrier(const float* in, float* out) {
  __shared__ float row[64];
  const int t = threadIdx.x;
  row[t] = in[t];                      // (1)
  out[t] = t > 0 ? row[t - 1] : 0.0f;  // (2)
}
