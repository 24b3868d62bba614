// SPDX-License-Identifier: MIT
// All blocks add to an output cell by atomics, but nobody has set it to zero.
// emulate: --grid 2 --block 32 --arg i32[64]=iota --arg i32[1]
// finding: uninitialised-global
// cause: the sum begins with whatever was in the memory
extern "C" __global__ void atomic_into_output(const int* in, int* sum) {
  atomicAdd(sum, in[blockIdx.x * 32 + threadIdx.x]);  // (1)
}
