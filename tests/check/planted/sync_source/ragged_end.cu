// SPDX-License-Identifier: MIT
// The lanes that have an element are voted for; the last of them reads from the one behind it.
// emulate: --grid 1 --block 64 --arg f32[50]=iota --arg f32[64] --arg i32=50
// finding: sync-source
// cause: the last difference is undefined
extern "C" __global__ void ragged_end(const float* in, float* out, int n) {
  const int t = threadIdx.x;
  const unsigned int mask = __ballot_sync(0xffffffffu, t < n);
  if (t < n) {
    const float x = in[t];
    out[t] = __shfl_down_sync(mask, x, 1) - x;  // (1)
  }
}
