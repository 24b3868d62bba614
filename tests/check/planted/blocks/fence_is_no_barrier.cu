// SPDX-License-Identifier: MIT
// Between the store and the neighbour's load stands a fence: it orders a thread's own accesses, and nobody waits.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64] --arg f32[64]
// finding: race-global
// cause: the neighbour may be late
extern "C" __global__ void fence_is_no_barrier(const float* in, float* scratch, float* out) {
  const int t = threadIdx.x;
  scratch[t] = in[t];  // (1)
  __threadfence();
  out[t] = scratch[t ^ 1];  // (2)
}
