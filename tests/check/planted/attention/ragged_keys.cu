// SPDX-License-Identifier: MIT
// Scores exist for 50 keys; the softmax runs over the 64 of the tile.
// emulate: --grid 1 --block 64 --arg f32[50]=normal:21 --arg f32[64] --arg i32=50
// finding: uninitialised-shared
// cause: the row sum contains keys that are not there
extern "C" __global__ void ragged_keys(const float* scores, float* out, int len_kv) {
  __shared__ float row[64];
  const int key = threadIdx.x;
  if (key < len_kv) row[key] = scores[key];
  __syncthreads();
  float sum = 0.0f;
  for (int j = 0; j < 64; ++j) sum += row[j] * row[j];  // (1)
  out[key] = key < len_kv ? row[key] / sum : 0.0f;
}
