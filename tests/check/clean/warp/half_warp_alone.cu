// SPDX-License-Identifier: MIT
// The lower half of a warp exchanges values in a branch; mask and sources stay inside it.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
extern "C" __global__ void half_warp_alone(const float* in, float* out) {
  __shared__ float cells[16];
  const int lane = threadIdx.x;
  float x = in[lane];
  if (lane < 16) {
    cells[lane] = x;
    __syncwarp(0x0000ffffu);
    x = cells[15 - lane] + __shfl_xor_sync(0x0000ffffu, x, 8);
  }
  out[lane] = x;
}
