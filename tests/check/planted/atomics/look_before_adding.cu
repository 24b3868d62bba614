// SPDX-License-Identifier: MIT
// A plain look at a shared counter saves atomics, and races with them.
// emulate: --grid 1 --block 64 --arg i32[64]=iota --arg i32[1]
// finding: race-shared
// cause: more than ten may be counted, and the compiler may look once only
extern "C" __global__ void look_before_adding(const int* in, int* out) {
  __shared__ int count;
  const int t = threadIdx.x;
  if (t == 0) count = 0;
  __syncthreads();
  if (count < 10) {                            // (1)
    if (in[t] % 2 == 0) atomicAdd(&count, 1);  // (2)
  }
  __syncthreads();
  if (t == 0) out[0] = count;
}
