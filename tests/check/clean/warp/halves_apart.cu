// SPDX-License-Identifier: MIT
// Each half of a warp waits for itself and reads its own half.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
extern "C" __global__ void halves_apart(const float* in, float* out) {
  __shared__ float cells[32];
  const int lane = threadIdx.x;
  cells[lane] = in[lane];
  if (lane < 16) {
    __syncwarp(0x0000ffffu);
    out[lane] = cells[15 - lane];
  } else {
    __syncwarp(0xffff0000u);
    out[lane] = cells[47 - lane];
  }
}
