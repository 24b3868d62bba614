// SPDX-License-Identifier: MIT
// Each thread leaves its value in the cell and takes along what it finds.
// emulate: --grid 1 --block 64 --arg i32[64]=iota --arg i32[64]
extern "C" __global__ void exchange_chain(const int* in, int* out) {
  __shared__ int cell;
  const int t = threadIdx.x;
  if (t == 0) cell = -1;
  __syncthreads();
  out[t] = atomicExch(&cell, in[t]);
}
