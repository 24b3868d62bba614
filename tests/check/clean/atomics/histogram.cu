// SPDX-License-Identifier: MIT
// All threads add to shared bins by atomics; zeroing and reading are apart by barriers.
// emulate: --grid 1 --block 64 --arg i32[64]=iota --arg i32[8]
extern "C" __global__ void histogram(const int* in, int* out) {
  __shared__ int bins[8];
  const int t = threadIdx.x;
  if (t < 8) bins[t] = 0;
  __syncthreads();
  atomicAdd(&bins[in[t] % 5], 1);
  __syncthreads();
  if (t < 8) out[t] = bins[t];
}
