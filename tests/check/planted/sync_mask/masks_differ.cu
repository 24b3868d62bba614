// SPDX-License-Identifier: MIT
// Lanes that vote together bring two different masks.
// emulate: --grid 1 --block 32 --arg i32[32]=iota --arg i32[32]
// finding: sync-mask
// cause: the result is undefined
extern "C" __global__ void masks_differ(const int* in, int* out) {
  const int lane = threadIdx.x;
  const unsigned int mask = lane < 16 ? 0x0000ffffu : 0xffffffffu;
  out[lane] = __any_sync(mask, in[lane] == 20);  // (1)
}
