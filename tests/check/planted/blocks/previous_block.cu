// SPDX-License-Identifier: MIT
// A block reads what the block before it has written; in ascending order that comes out right.
// emulate: --grid 4 --block 64 --arg f32[256]=iota --arg f32[256]=zeros --arg f32[256]
// finding: race-global
// cause: blocks run in any order, so the element may not be there
extern "C" __global__ void previous_block(const float* in, float* scaled, float* out) {
  const int i = blockIdx.x * 64 + threadIdx.x;
  scaled[i] = 2.0f * in[i];                  // (1)
  out[i] = i >= 64 ? scaled[i - 64] : 0.0f;  // (2)
}
