// SPDX-License-Identifier: MIT
// Row maximum and row sum go through the same two cells, with no barrier between the two uses.
// emulate: --grid 1 --block 64 --arg f32[64]=normal:12 --arg f32[64]
// finding: race-shared
// cause: a slow warp takes a sum for the maximum
extern "C" __global__ void maximum_then_sum(const float* scores, float* out) {
  __shared__ float parts[2];
  const int t = threadIdx.x;
  float m = scores[t];
  for (int d = 16; d > 0; d /= 2) m = fmaxf(m, __shfl_xor_sync(0xffffffffu, m, d));
  if (t % 32 == 0) parts[t / 32] = m;
  __syncthreads();
  m = fmaxf(parts[0], parts[1]);  // (1)
  const float p = 1.0f / (1.0f + (m - scores[t]));
  float sum = p;
  for (int d = 16; d > 0; d /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, d);
  if (t % 32 == 0) parts[t / 32] = sum;  // (2)
  __syncthreads();
  out[t] = p / (parts[0] + parts[1]);
}
