// SPDX-License-Identifier: MIT
// A sum by shuffles: all lanes take part, and nothing goes through memory.
// emulate: --grid 2 --block 64 --arg f32[128]=iota --arg f32[4]
extern "C" __global__ void shuffle_sum(const float* in, float* out) {
  const int i = blockIdx.x * 64 + threadIdx.x;
  float sum = in[i];
  for (int d = 16; d > 0; d /= 2) sum += __shfl_down_sync(0xffffffffu, sum, d);
  if (threadIdx.x % 32 == 0) out[i / 32] = sum;
}
