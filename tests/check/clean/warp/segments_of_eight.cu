// SPDX-License-Identifier: MIT
// Sums of eight lanes each: the shuffle's width keeps every source inside its segment.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[4]
extern "C" __global__ void segments_of_eight(const float* in, float* out) {
  const int lane = threadIdx.x;
  float sum = in[lane];
  for (int d = 4; d > 0; d /= 2) sum += __shfl_down_sync(0xffffffffu, sum, d, 8);
  if (lane % 8 == 0) out[lane / 8] = sum;
}
