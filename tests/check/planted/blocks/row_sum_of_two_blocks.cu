// SPDX-License-Identifier: MIT
// Two blocks add their parts of a row to the same cell without an atomic.
// emulate: --grid 2 --block 32 --arg f32[64]=normal:8 --arg f32[1]=zeros
// finding: race-global
// cause: one of the two parts is lost
extern "C" __global__ void row_sum_of_two_blocks(const float* in, float* sum) {
  float part = in[blockIdx.x * 32 + threadIdx.x];
  for (int d = 16; d > 0; d /= 2) part += __shfl_down_sync(0xffffffffu, part, d);
  if (threadIdx.x == 0) sum[0] += part;  // (1) (2)
}
