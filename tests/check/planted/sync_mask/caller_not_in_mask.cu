// SPDX-License-Identifier: MIT
// All lanes shuffle, but the mask holds the lower half only.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
// finding: sync-mask
// cause: the result of the upper half is undefined
extern "C" __global__ void caller_not_in_mask(const float* in, float* out) {
  const int lane = threadIdx.x;
  out[lane] = __shfl_sync(0x0000ffffu, in[lane], 3);  // (1)
}
