// SPDX-License-Identifier: MIT
// A volatile flag with no fence between data and flag.
// emulate: --grid 2 --block 32 --arg f32[1]=iota --arg f32[1]=zeros --arg i32[1]=zeros --arg f32[1]
// finding: race-global
// cause: the flag may be seen before the data
extern "C" __global__ void volatile_flag_no_fence(const float* in, float* data, volatile int* flag,
                                                  float* out) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    data[0] = in[0] + 1.0f;  // (1)
    flag[0] = 1;
  } else {
    while (flag[0] == 0) {
    }
    out[0] = data[0];  // (2)
  }
}
