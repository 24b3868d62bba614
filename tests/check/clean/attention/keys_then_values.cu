// SPDX-License-Identifier: MIT
// K and V share a tile; barriers stand before it is filled again and before it is read again.
// emulate: --grid 1 --block 64 --arg f32[64]=normal:15 --arg f32[64]=normal:16 --arg f32[64]=normal:17 --arg f32[64]
extern "C" __global__ void keys_then_values(const float* q, const float* k, const float* v,
                                            float* o) {
  __shared__ float tile[64];
  const int t = threadIdx.x;
  tile[t] = k[t];
  __syncthreads();
  float score = 0.0f;
  for (int d = 0; d < 8; ++d) score += q[t / 8 * 8 + d] * tile[t % 8 * 8 + d];
  __syncthreads();
  tile[t] = v[t];
  __syncthreads();
  float sum = 0.0f;
  for (int j = 0; j < 8; ++j) sum += __shfl_sync(0xffffffffu, score, j, 8) * tile[j * 8 + t % 8];
  o[t] = sum;
}
