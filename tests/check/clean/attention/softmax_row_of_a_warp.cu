// SPDX-License-Identifier: MIT
// Each warp has a row: maximum and sum by shuffles, all lanes taking part.
// emulate: --grid 2 --block 64 --arg f32[128]=normal:43 --arg f32[128]
extern "C" __global__ void softmax_row_of_a_warp(const float* scores, float* p) {
  const int i = blockIdx.x * 64 + threadIdx.x;
  float m = scores[i];
  for (int d = 16; d > 0; d /= 2) m = fmaxf(m, __shfl_xor_sync(0xffffffffu, m, d));
  const float e = expf(scores[i] - m);
  float sum = e;
  for (int d = 16; d > 0; d /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, d);
  p[i] = e / sum;
}
