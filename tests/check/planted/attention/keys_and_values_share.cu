// SPDX-License-Identifier: MIT
// V is loaded into K's tile as soon as a thread has its score.
// emulate: --grid 1 --block 64 --arg f32[64]=normal:15 --arg f32[64]=normal:16 --arg f32[64]=normal:17 --arg f32[64]
// finding: race-shared
// cause: a slow warp takes its score from V
extern "C" __global__ void keys_and_values_share(const float* q, const float* k, const float* v,
                                                 float* o) {
  __shared__ float tile[64];
  const int t = threadIdx.x;
  const int row = t / 8;
  tile[t] = k[t];
  __syncthreads();
  float score = 0.0f;
  for (int d = 0; d < 8; ++d) score += q[row * 8 + d] * tile[t % 8 * 8 + d];  // (1)
  tile[t] = v[t];                                                             // (2)
  __syncthreads();
  float sum = 0.0f;
  for (int j = 0; j < 8; ++j) sum += __shfl_sync(0xffffffffu, score, j, 8) * tile[j * 8 + t % 8];
  o[t] = sum;
}
