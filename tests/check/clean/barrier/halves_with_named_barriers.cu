// SPDX-License-Identifier: MIT
// Each half of a block has a barrier of its own and reads its own half only.
// emulate: --grid 1 --block 128 --arg f32[128]=iota --arg f32[128]
extern "C" __global__ void halves_with_named_barriers(const float* in, float* out) {
  __shared__ float cells[128];
  const int t = threadIdx.x;
  cells[t] = in[t];
  if (t < 64) {
    asm volatile("bar.sync 1, 64;" ::: "memory");
  } else {
    asm volatile("bar.sync 2, 64;" ::: "memory");
  }
  out[t] = cells[t ^ 63];
}
