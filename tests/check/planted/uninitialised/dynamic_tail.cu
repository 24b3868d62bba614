// SPDX-License-Identifier: MIT
// The second half of the dynamic shared memory is read, but only the first was filled.
// emulate: --grid 1 --block 64 --shared 512 --arg f32[64]=iota --arg f32[64]
// finding: uninitialised-shared
// cause: the second half is whatever was in the cells
extern "C" __global__ void dynamic_tail(const float* in, float* out) {
  extern __shared__ float cells[];
  const int t = threadIdx.x;
  cells[t] = in[t];
  __syncthreads();
  out[t] = cells[63 - t] + cells[127 - t * t % 64];  // (1)
}
