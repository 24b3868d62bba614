// SPDX-License-Identifier: MIT
// The flag is set by an atomic, but no fence keeps the data before it.
// emulate: --grid 2 --block 32 --arg f32[32]=iota --arg f32[32]=zeros --arg i32[1]=zeros --arg f32[32]
// finding: race-global
// cause: the flag may be seen before the data
extern "C" __global__ void no_fence(const float* in, float* data, int* flag, float* out) {
  const int t = threadIdx.x;
  if (blockIdx.x == 0) {
    data[t] = in[t];  // (1)
    __syncthreads();
    if (t == 0) atomicExch(flag, 1);
  } else {
    if (t == 0) {
      while (atomicAdd(flag, 0) == 0) {
      }
    }
    __syncthreads();
    out[t] = data[t];  // (2)
  }
}
