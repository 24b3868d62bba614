// SPDX-License-Identifier: MIT
// Every block writes the length into the same cell of global memory.
// emulate: --grid 4 --block 32 --arg i32=77 --arg i32[1]
// finding: race-equal
// cause: nothing as long as the values are equal
extern "C" __global__ void every_block_writes_the_length(int n, int* length) {
  if (threadIdx.x == 0) length[0] = n;  // (1) (2)
}
