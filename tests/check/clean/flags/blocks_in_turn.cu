// SPDX-License-Identifier: MIT
// Blocks take tickets and wait for the one before: a running sum goes from hand to hand.
// emulate: --grid 4 --block 32 --arg i32[128]=iota --arg i32[1]=zeros --arg i32[5]=zeros --arg i32[5]=zeros --arg i32[4]
extern "C" __global__ void blocks_in_turn(const int* in, int* tickets, int* sums, int* ready,
                                          int* out) {
  if (threadIdx.x != 0) return;
  const int ticket = atomicAdd(tickets, 1);
  int sum = 0;
  for (int i = 0; i < 32; ++i) sum += in[ticket * 32 + i];
  if (ticket > 0) {
    while (atomicAdd(&ready[ticket], 0) == 0) {
    }
    __threadfence();
  }
  out[ticket] = sums[ticket];
  sums[ticket + 1] = sums[ticket] + sum;
  __threadfence();
  atomicExch(&ready[ticket + 1], 1);
}
