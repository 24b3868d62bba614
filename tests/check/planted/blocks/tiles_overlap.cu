// SPDX-License-Identifier: MIT
// The output tiles are one element too close: the last of a block is the first of the next.
// emulate: --grid 4 --block 64 --arg f32[256]=normal:9 --arg f32[256]
// finding: race-global
// cause: an element at each border holds either block's value
extern "C" __global__ void tiles_overlap(const float* in, float* out) {
  const int t = threadIdx.x;
  out[blockIdx.x * 63 + t] = in[blockIdx.x * 64 + t];  // (1) (2)
}
