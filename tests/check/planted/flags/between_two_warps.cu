// SPDX-License-Identifier: MIT
// Two warps of one block hand over through global memory, with a flag and no fence.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[1]=zeros --arg i32[1]=zeros --arg f32[1]
// finding: race-global
// cause: the flag may be seen before the data
extern "C" __global__ void between_two_warps(const float* in, float* data, int* flag, float* out) {
  const int t = threadIdx.x;
  if (t == 0) {
    data[0] = in[5];  // (1)
    atomicExch(flag, 1);
  }
  if (t == 32) {
    while (atomicAdd(flag, 0) == 0) {
    }
    out[0] = data[0];  // (2)
  }
}
