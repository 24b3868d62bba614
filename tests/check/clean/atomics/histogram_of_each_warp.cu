// SPDX-License-Identifier: MIT
// Each warp has bins of its own; they are added up after a barrier and go to global memory by atomics.
// emulate: --grid 2 --block 64 --arg i32[128]=iota --arg i32[8]=zeros
extern "C" __global__ void histogram_of_each_warp(const int* in, int* out) {
  __shared__ int bins[2][8];
  const int t = threadIdx.x;
  if (t < 16) bins[t / 8][t % 8] = 0;
  __syncthreads();
  atomicAdd(&bins[t / 32][in[blockIdx.x * 64 + t] % 8], 1);
  __syncthreads();
  if (t < 8) atomicAdd(&out[t], bins[0][t] + bins[1][t]);
}
