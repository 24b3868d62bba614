// SPDX-License-Identifier: MIT
// The odd lanes read from the even ones, which are not in the branch.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
// finding: sync-source
// cause: undefined values
extern "C" __global__ void odd_lanes_from_even(const float* in, float* out) {
  const int lane = threadIdx.x;
  const float x = in[lane];
  if (lane % 2 == 1) {
    out[lane] = __shfl_up_sync(0xaaaaaaaau, x, 1);  // (1)
  }
}
