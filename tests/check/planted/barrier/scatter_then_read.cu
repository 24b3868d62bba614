// SPDX-License-Identifier: MIT
// A permutation is scattered into shared memory and read with no barrier.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
// finding: race-shared
// cause: a thread may read its cell before its partner has filled it
extern "C" __global__ void scatter_then_read(const float* in, float* out) {
  __shared__ float cells[64];
  const int t = threadIdx.x;
  cells[t ^ 1] = in[t];  // (1)
  out[t] = cells[t];     // (2)
}
