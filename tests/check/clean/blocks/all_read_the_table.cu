// SPDX-License-Identifier: MIT
// All blocks read the same table, which nobody writes.
// emulate: --grid 4 --block 64 --arg f32[64]=iota --arg f32[256]
extern "C" __global__ void all_read_the_table(const float* table, float* out) {
  const int i = blockIdx.x * 64 + threadIdx.x;
  out[i] = table[i % 64] + table[0] + table[i * 7 % 64];
}
