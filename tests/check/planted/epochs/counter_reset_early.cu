// SPDX-License-Identifier: MIT
// A shared counter is read by all and set back by thread 0 in the same breath.
// emulate: --grid 1 --block 64 --arg i32[64]=iota --arg i32[64]
// finding: race-shared
// cause: slow threads read zero instead of the count
extern "C" __global__ void counter_reset_early(const int* in, int* out) {
  __shared__ int count;
  const int t = threadIdx.x;
  if (t == 0) count = 0;
  __syncthreads();
  int sum = 0;
  for (int bit = 1; bit < 8; bit *= 2) {
    if (in[t] & bit) atomicAdd(&count, 1);
    __syncthreads();
    sum += count * bit;     // (1)
    if (t == 0) count = 0;  // (2)
    __syncthreads();
  }
  out[t] = sum;
}
