// SPDX-License-Identifier: MIT
// Each half warp waits for itself and reads the other half's cells.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
// finding: race-shared
// cause: the other half may be late
extern "C" __global__ void halves_that_cross(const float* in, float* out) {
  __shared__ float cells[32];
  const int lane = threadIdx.x;
  cells[lane] = in[lane];  // (1)
  if (lane < 16) {
    __syncwarp(0x0000ffffu);
  } else {
    __syncwarp(0xffff0000u);
  }
  out[lane] = cells[31 - lane];  // (2)
}
