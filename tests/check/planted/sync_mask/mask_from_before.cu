// SPDX-License-Identifier: MIT
// The mask was asked for before the branch, when all lanes were still there.
// emulate: --grid 1 --block 32 --arg i32[32]=iota --arg u32[32]
// finding: sync-mask
// cause: the lanes wait for lanes that never come
extern "C" __global__ void mask_from_before(const int* in, unsigned int* out) {
  const int lane = threadIdx.x;
  const unsigned int mask = __activemask();
  if (in[lane] % 2 == 1) {
    out[lane] = __ballot_sync(mask, in[lane] > 7);  // (1)
  }
}
