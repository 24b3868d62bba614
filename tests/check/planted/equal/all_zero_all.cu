// SPDX-License-Identifier: MIT
// Every thread sets all bins to zero, instead of each its own.
// emulate: --grid 1 --block 64 --arg i32[64]=iota --arg i32[8]
// finding: race-equal
// cause: nothing but work done 64 times
extern "C" __global__ void all_zero_all(const int* in, int* out) {
  __shared__ int bins[8];
  const int t = threadIdx.x;
  for (int i = 0; i < 8; ++i) bins[i] = 0;  // (1) (2)
  __syncthreads();
  atomicAdd(&bins[in[t] % 8], 1);
  __syncthreads();
  if (t < 8) out[t] = bins[t];
}
