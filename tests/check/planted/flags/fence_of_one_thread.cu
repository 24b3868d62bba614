// SPDX-License-Identifier: MIT
// All threads write, one fences and sets the flag, but it has not waited for the others.
// emulate: --grid 2 --block 64 --arg f32[64]=iota --arg f32[64]=zeros --arg i32[1]=zeros --arg f32[64]
// finding: race-global
// cause: elements of other threads may come after the flag
extern "C" __global__ void fence_of_one_thread(const float* in, float* data, int* flag,
                                               float* out) {
  const int t = threadIdx.x;
  if (blockIdx.x == 0) {
    data[t] = in[t];  // (1)
    if (t == 0) {
      __threadfence();
      atomicExch(flag, 1);
    }
  } else {
    if (t == 0) {
      while (atomicAdd(flag, 0) == 0) {
      }
    }
    __syncthreads();
    out[t] = data[t];  // (2)
  }
}
