// SPDX-License-Identifier: MIT
// The flag is set, fence and all, before the data is written.
// emulate: --grid 2 --block 32 --arg f32[32]=iota --arg f32[1]=zeros --arg i32[1]=zeros --arg i32[1]
// finding: race-global
// cause: the reader takes the old value
extern "C" __global__ void flag_before_data(const float* in, float* data, int* flag, int* out) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    __threadfence();
    atomicExch(flag, 1);
    data[0] = in[5];  // (1)
  } else {
    while (atomicAdd(flag, 0) == 0) {
    }
    __threadfence();
    out[0] = data[0] > 4.0f ? 1 : 2;  // (2)
  }
}
