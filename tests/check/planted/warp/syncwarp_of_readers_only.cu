// SPDX-License-Identifier: MIT
// The readers wait for each other, but the mask does not hold the lanes that wrote.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[16]
// finding: race-shared
// cause: the upper half of the cells may not be there yet
extern "C" __global__ void syncwarp_of_readers_only(const float* in, float* out) {
  __shared__ float cells[32];
  const int lane = threadIdx.x;
  cells[lane] = in[lane];  // (1)
  if (lane < 16) {
    __syncwarp(0x0000ffffu);
    out[lane] = cells[lane + 16];  // (2)
  }
}
