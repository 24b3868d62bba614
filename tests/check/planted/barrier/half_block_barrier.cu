// SPDX-License-Identifier: MIT
// Two halves of a block meet at barriers of their own, but the second half reads the first one's cells.
// emulate: --grid 1 --block 128 --arg f32[128]=iota --arg f32[128]
// finding: race-shared
// cause: nothing makes the second half wait for the first
extern "C" __global__ void half_block_barrier(const float* in, float* out) {
  __shared__ float cells[128];
  const int t = threadIdx.x;
  cells[t] = in[t];  // (1)
  if (t < 64) {
    asm volatile("bar.sync 1, 64;" ::: "memory");
  } else {
    asm volatile("bar.sync 2, 64;" ::: "memory");
  }
  out[t] = cells[t % 64];  // (2)
}
