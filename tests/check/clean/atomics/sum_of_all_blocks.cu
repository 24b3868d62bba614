// SPDX-License-Identifier: MIT
// All blocks add to one cell by atomics, and nobody reads it otherwise.
// emulate: --grid 4 --block 64 --arg i32[256]=iota --arg i32[1]=zeros
extern "C" __global__ void sum_of_all_blocks(const int* in, int* sum) {
  atomicAdd(sum, in[blockIdx.x * 64 + threadIdx.x]);
}
