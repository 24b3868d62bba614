// SPDX-License-Identifier: MIT
// All lanes add by __reduce_add_sync, but the last lane is missing in the mask.
// emulate: --grid 1 --block 32 --arg u32[32]=iota --arg u32[32]
// finding: sync-mask
// cause: the result of the last lane is undefined
extern "C" __global__ void reduce_with_short_mask(const unsigned int* in, unsigned int* out) {
  const int lane = threadIdx.x;
  out[lane] = __reduce_add_sync(0x7fffffffu, in[lane]);  // (1)
}
