// SPDX-License-Identifier: MIT
// Two warps read a cell; only the reader in the writer's own warp is waited for.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
// finding: race-shared
// cause: the first warp may read zeros
extern "C" __global__ void one_reader_of_two_waits(const float* in, float* out) {
  __shared__ float cells[64];
  const int t = threadIdx.x;
  cells[t] = in[t];
  __syncthreads();
  if (t < 32) {
    out[t] = cells[t + 32];  // (1)
  } else {
    out[t] = cells[32 + (t + 1) % 32];
    __syncwarp();
    cells[t] = 0.0f;  // (2)
  }
  __syncthreads();
  out[t] += cells[63 - t];
}
