// SPDX-License-Identifier: MIT
// Two warps of one block hand over through global memory: data, fence, flag.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[1] --arg i32[1]=zeros --arg f32[1]
extern "C" __global__ void between_two_warps(const float* in, float* data, int* flag, float* out) {
  const int t = threadIdx.x;
  if (t == 0) {
    data[0] = in[5] + 1.0f;
    __threadfence();
    atomicExch(flag, 1);
  }
  if (t == 32) {
    while (atomicAdd(flag, 0) == 0) {
    }
    __threadfence();
    out[0] = data[0] * 2.0f;
  }
}
