// SPDX-License-Identifier: MIT
// The lower half votes with the mask of the upper half.
// emulate: --grid 1 --block 32 --arg i32[32]=iota --arg i32[32]
// finding: sync-mask
// cause: the result is undefined
extern "C" __global__ void mask_of_the_other_half(const int* in, int* out) {
  const int lane = threadIdx.x;
  if (lane < 16) {
    out[lane] = __any_sync(0xffff0000u, in[lane] > 3);  // (1)
  }
}
