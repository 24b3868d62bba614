// SPDX-License-Identifier: MIT
// Half a warp adds by shuffles down; its upper lanes read from lanes that are not there.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
// finding: sync-source
// cause: undefined summands
extern "C" __global__ void down_past_the_half(const float* in, float* out) {
  const int lane = threadIdx.x;
  if (lane < 16) {
    const float x = in[lane];
    out[lane] = x + __shfl_down_sync(0x0000ffffu, x, 8);  // (1)
  }
}
