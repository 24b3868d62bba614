// SPDX-License-Identifier: MIT
// Each block counts right in shared memory and adds its bins to the total without atomics.
// emulate: --grid 2 --block 64 --arg i32[128]=iota --arg i32[8]=zeros
// finding: race-global
// cause: the counts of whole blocks are lost
extern "C" __global__ void histogram_merged_plainly(const int* in, int* total) {
  __shared__ int bins[8];
  const int t = threadIdx.x;
  if (t < 8) bins[t] = 0;
  __syncthreads();
  atomicAdd(&bins[in[blockIdx.x * 64 + t] % 8], 1);
  __syncthreads();
  if (t < 8) total[t] += bins[t];  // (1) (2)
}
