// SPDX-License-Identifier: MIT
// The blocks count themselves with a plain increment.
// emulate: --grid 4 --block 32 --arg i32[1]=zeros --arg i32[4]
// finding: race-global
// cause: two blocks get the same number
extern "C" __global__ void plain_block_counter(int* counter, int* order) {
  if (threadIdx.x == 0) {
    const int mine = counter[0]++;  // (1) (2)
    order[blockIdx.x] = mine;
  }
}
