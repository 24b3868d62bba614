// SPDX-License-Identifier: MIT
// A loop over 40 elements votes in every step; in the second one eight lanes are left.
// emulate: --grid 1 --block 32 --arg i32[40]=iota --arg i32[32] --arg i32=40
// finding: sync-mask
// cause: the lanes wait for lanes that have left the loop
extern "C" __global__ void loop_of_its_own_length(const int* in, int* out, int n) {
  const int lane = threadIdx.x;
  int odd = 0;
  for (int i = lane; i < n; i += 32) {
    odd += __popc(__ballot_sync(0xffffffffu, in[i] % 2));  // (1)
  }
  out[lane] = odd;
}
