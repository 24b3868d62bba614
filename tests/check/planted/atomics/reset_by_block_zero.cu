// SPDX-License-Identifier: MIT
// Block 0 sets the total back with a plain store while other blocks may add already.
// emulate: --grid 2 --block 64 --arg i32[128]=iota --arg i32[1]=zeros
// finding: race-global
// cause: what other blocks added before the store is lost
extern "C" __global__ void reset_by_block_zero(const int* in, int* total) {
  const int i = blockIdx.x * 64 + threadIdx.x;
  if (i == 0) total[0] = 0;  // (1)
  __syncthreads();
  atomicAdd(total, in[i]);  // (2)
}
