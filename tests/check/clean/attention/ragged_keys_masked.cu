// SPDX-License-Identifier: MIT
// Keys past the end get minus infinity, so that the whole tile has a value.
// emulate: --grid 1 --block 64 --arg f32[50]=normal:45 --arg f32[64] --arg i32=50
extern "C" __global__ void ragged_keys_masked(const float* scores, float* out, int len_kv) {
  __shared__ float row[64];
  const int key = threadIdx.x;
  row[key] = key < len_kv ? scores[key] : -INFINITY;
  __syncthreads();
  float m = -INFINITY;
  for (int j = 0; j < 64; ++j) m = fmaxf(m, row[j]);
  out[key] = expf(row[key] - m);
}
