// SPDX-License-Identifier: MIT
// A shared counter is counted, read and set back, each apart from the next by a barrier.
// emulate: --grid 1 --block 64 --arg i32[64]=iota --arg i32[64]
extern "C" __global__ void counter_reset_in_time(const int* in, int* out) {
  __shared__ int count;
  const int t = threadIdx.x;
  int sum = 0;
  for (int bit = 1; bit < 8; bit *= 2) {
    if (t == 0) count = 0;
    __syncthreads();
    if (in[t] & bit) atomicAdd(&count, 1);
    __syncthreads();
    sum += count * bit;
    __syncthreads();
  }
  out[t] = sum;
}
