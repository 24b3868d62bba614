// SPDX-License-Identifier: MIT
// The same by atomics: one thread fences for its block, after the block's barrier.
// emulate: --grid 2 --block 64 --arg f32[64]=iota --arg f32[64] --arg i32[1]=zeros --arg f32[64]
extern "C" __global__ void flag_by_atomics(const float* in, float* data, int* flag, float* out) {
  const int t = threadIdx.x;
  if (blockIdx.x == 0) {
    data[t] = 2.0f * in[t];
    __syncthreads();
    if (t == 0) {
      __threadfence();
      atomicExch(flag, 1);
    }
  } else {
    if (t == 0) {
      while (atomicAdd(flag, 0) == 0) {
      }
      __threadfence();
    }
    __syncthreads();
    out[t] = data[63 - t];
  }
}
