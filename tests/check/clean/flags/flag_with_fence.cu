// SPDX-License-Identifier: MIT
// Data, fence, volatile flag; the reader sees the flag, then reads: the order is given.
// emulate: --grid 2 --block 64 --arg f32[64]=iota --arg f32[64] --arg i32[1]=zeros --arg f32[64]
extern "C" __global__ void flag_with_fence(const float* in, float* data, volatile int* flag,
                                           float* out) {
  const int t = threadIdx.x;
  if (blockIdx.x == 0) {
    data[t] = 2.0f * in[t];
    __threadfence();
    __syncthreads();
    if (t == 0) flag[0] = 1;
  } else {
    if (t == 0) {
      while (flag[0] == 0) {
      }
      __threadfence();
    }
    __syncthreads();
    out[t] = data[63 - t];
  }
}
