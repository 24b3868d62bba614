// SPDX-License-Identifier: MIT
// The fence stands on the wrong side of the flag.
// emulate: --grid 2 --block 32 --arg f32[32]=iota --arg f32[1]=zeros --arg i32[1]=zeros --arg f32[1]
// finding: race-global
// cause: the flag may be seen before the data
extern "C" __global__ void fence_after_flag(const float* in, float* data, int* flag, float* out) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    data[0] = in[5];  // (1)
    atomicExch(flag, 1);
    __threadfence();
  } else {
    while (atomicAdd(flag, 0) == 0) {
    }
    __threadfence();
    out[0] = data[0];  // (2)
  }
}
