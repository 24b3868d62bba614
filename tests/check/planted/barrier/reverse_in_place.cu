// SPDX-License-Identifier: MIT
// A row is reversed in its own buffer: every thread reads its mirror cell and overwrites its own.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
// finding: race-shared
// cause: a thread may read a cell that is reversed already
extern "C" __global__ void reverse_in_place(const float* in, float* out) {
  __shared__ float row[64];
  const int t = threadIdx.x;
  row[t] = in[t];
  __syncthreads();
  const float mirror = row[63 - t];  // (1)
  row[t] = mirror;                   // (2)
  __syncthreads();
  out[t] = row[t] + row[(t + 1) % 64];
}
