// SPDX-License-Identifier: MIT
// Two warps wait for each other, each at a barrier of another number.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
// finding: sync-barrier
// cause: the block hangs
extern "C" __global__ void two_named_barriers(const float* in, float* out) {
  const int t = threadIdx.x;
  if (t < 32) {
    asm volatile("bar.sync 1, 64;" ::: "memory");  // (1)
    out[t] = in[t];
  } else {
    asm volatile("bar.sync 2, 64;" ::: "memory");  // (2)
    out[t] = 2.0f * in[t] + 1.0f;
  }
}
