// SPDX-License-Identifier: MIT
// The ticket is drawn by the first lane of the vote and read from lane 0.
// emulate: --grid 1 --block 32 --arg i32[32]=iota --arg i32[1]=zeros --arg i32[32]
// finding: sync-source
// cause: an undefined place in the list
extern "C" __global__ void leader_that_is_not_there(const int* in, int* count, int* out) {
  const int lane = threadIdx.x;
  const unsigned int votes = __ballot_sync(0xffffffffu, in[lane] % 3 == 1);
  if (in[lane] % 3 == 1) {
    int base = 0;
    if (lane == __ffs(votes) - 1) base = atomicAdd(count, __popc(votes));
    out[lane] = __shfl_sync(votes, base, 0);  // (1)
  }
}
