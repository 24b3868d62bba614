// SPDX-License-Identifier: MIT
// The lanes of a vote get their places from the leader's atomic by a shuffle whose mask is the vote.
// emulate: --grid 2 --block 64 --arg i32[128]=iota --arg i32[1]=zeros --arg i32[128]=zeros
extern "C" __global__ void ticket_from_the_leader(const int* in, int* count, int* out) {
  const int i = blockIdx.x * 64 + threadIdx.x;
  const int lane = threadIdx.x % 32;
  const bool keep = in[i] % 3 == 0;
  const unsigned int votes = __ballot_sync(0xffffffffu, keep);
  if (keep) {
    const int leader = __ffs(votes) - 1;
    int base = 0;
    if (lane == leader) base = atomicAdd(count, __popc(votes));
    base = __shfl_sync(votes, base, leader);
    out[base + __popc(votes & ((1u << lane) - 1))] = in[i];
  }
}
