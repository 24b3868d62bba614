// SPDX-License-Identifier: MIT
// Segments of eight lanes, but the last one has only four: they read from lanes behind the end.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
// finding: sync-source
// cause: undefined summands in the last segment
extern "C" __global__ void segment_that_is_cut(const float* in, float* out) {
  const int lane = threadIdx.x;
  if (lane < 20) {
    const float x = in[lane];
    out[lane] = x + __shfl_down_sync(0x000fffffu, x, 4, 8);  // (1)
  }
}
