// SPDX-License-Identifier: MIT
// Half a warp shuffles in a branch with the mask of the whole warp.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
// finding: sync-mask
// cause: the lanes wait for lanes that never come
extern "C" __global__ void full_mask_in_branch(const float* in, float* out) {
  const int lane = threadIdx.x;
  float x = in[lane];
  if (lane < 16) {
    x += __shfl_xor_sync(0xffffffffu, x, 8);  // (1)
    out[lane] = x;
  }
}
