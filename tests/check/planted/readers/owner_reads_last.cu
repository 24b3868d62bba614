// SPDX-License-Identifier: MIT
// A cell is read by another warp, then by its owner, who writes it: the owner is not the only reader.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
// finding: race-shared
// cause: the first warp may read cells that are updated already
extern "C" __global__ void owner_reads_last(const float* in, float* out) {
  __shared__ float cells[64];
  const int t = threadIdx.x;
  cells[t] = in[t];
  __syncthreads();
  const float other = cells[t ^ 32];         // (1)
  if (t >= 32) cells[t] = cells[t] + other;  // (2)
  __syncthreads();
  out[t] = cells[63 - t] + other;
}
