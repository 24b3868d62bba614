// SPDX-License-Identifier: MIT
// The last block adds up what the others left; they draw their ticket without a fence.
// emulate: --grid 4 --block 32 --arg f32[128]=iota --arg f32[4]=zeros --arg u32[1]=zeros --arg f32[1]
// finding: race-global
// cause: the last block may miss sums of others
extern "C" __global__ void last_block_no_fence(const float* in, float* partial,
                                               unsigned int* tickets, float* out) {
  float sum = in[blockIdx.x * 32 + threadIdx.x];
  for (int d = 16; d > 0; d /= 2) sum += __shfl_down_sync(0xffffffffu, sum, d);
  if (threadIdx.x == 0) {
    partial[blockIdx.x] = sum;  // (1)
    if (atomicAdd(tickets, 1u) == 3) {
      float total = 0.0f;
      for (int b = 0; b < 4; ++b) total += partial[b];  // (2)
      out[0] = total;
    }
  }
}
