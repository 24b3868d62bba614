// SPDX-License-Identifier: MIT
// The tickets begin at whatever the memory holds, so no block is the last one.
// emulate: --grid 4 --block 32 --arg u32[1] --arg i32[1]=zeros
// finding: uninitialised-global
// cause: the last block's work is never done
extern "C" __global__ void tickets_not_zeroed(unsigned int* tickets, int* done) {
  if (threadIdx.x == 0 && atomicAdd(tickets, 1u) == 3) done[0] = 1;  // (1)
}
