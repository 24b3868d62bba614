// SPDX-License-Identifier: MIT
// The upper half reads the value of lane 0, which is in the other branch.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
// finding: sync-source
// cause: an undefined value
extern "C" __global__ void broadcast_from_outside(const float* in, float* out) {
  const int lane = threadIdx.x;
  float x = in[lane];
  if (lane >= 16) {
    x = __shfl_sync(0xffff0000u, x, 0);  // (1)
  }
  out[lane] = x;
}
