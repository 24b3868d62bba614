// SPDX-License-Identifier: MIT
// The last block adds up what the others have fenced and counted.
// emulate: --grid 4 --block 64 --arg i32[256]=iota --arg i32[4] --arg u32[1]=zeros --arg i32[1]
extern "C" __global__ void last_block_sums(const int* in, int* partial, unsigned int* tickets,
                                           int* out) {
  __shared__ int sum;
  __shared__ bool last;
  const int t = threadIdx.x;
  if (t == 0) sum = 0;
  __syncthreads();
  atomicAdd(&sum, in[blockIdx.x * 64 + t]);
  __syncthreads();
  if (t == 0) {
    partial[blockIdx.x] = sum;
    __threadfence();
    last = atomicAdd(tickets, 1u) == gridDim.x - 1;
    __threadfence();
  }
  __syncthreads();
  if (last && t == 0) {
    int total = 0;
    for (int b = 0; b < 4; ++b) total += partial[b];
    out[0] = total;
  }
}
