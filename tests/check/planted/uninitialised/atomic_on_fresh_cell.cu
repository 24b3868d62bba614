// SPDX-License-Identifier: MIT
// All threads add to a shared cell by atomics, but nobody has set it to zero.
// emulate: --grid 1 --block 64 --arg i32[64]=iota --arg i32[1]
// finding: uninitialised-shared
// cause: the sum begins with whatever was in the cell
extern "C" __global__ void atomic_on_fresh_cell(const int* in, int* out) {
  __shared__ int sum;
  const int t = threadIdx.x;
  atomicAdd(&sum, in[t]);  // (1)
  __syncthreads();
  if (t == 0) out[0] = sum;
}
