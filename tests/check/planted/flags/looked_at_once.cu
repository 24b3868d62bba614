// SPDX-License-Identifier: MIT
// Block 0 looks once whether block 1 is ready, and takes its data if so; block 1 has no fence.
// emulate: --grid 2 --block 32 --arg f32[64]=iota --arg f32[1]=zeros --arg i32[1]=zeros --arg f32[1]
// finding: race-global
// seed: needed
// cause: when block 1 comes first, its flag may be seen before its data
extern "C" __global__ void looked_at_once(const float* in, float* data, int* flag, float* out) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 1) {
    data[0] = in[5];  // (1)
    atomicExch(flag, 1);
  } else {
    if (atomicAdd(flag, 0) == 1) {
      out[0] = data[0];  // (2)
    } else {
      out[0] = -1.0f;
    }
  }
}
