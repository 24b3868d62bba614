// SPDX-License-Identifier: MIT
// A sum is gathered by atomics and read plainly with no barrier between.
// emulate: --grid 1 --block 64 --arg i32[64]=iota --arg i32[64]
// finding: race-shared
// cause: a thread reads a sum in which some summands are missing
extern "C" __global__ void atomic_then_plain_read(const int* in, int* out) {
  __shared__ int sum;
  const int t = threadIdx.x;
  if (t == 0) sum = 0;
  __syncthreads();
  atomicAdd(&sum, in[t]);  // (1)
  out[t] = sum;            // (2)
}
