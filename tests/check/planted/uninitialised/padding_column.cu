// SPDX-License-Identifier: MIT
// The sum of a row runs over its padding as well.
// emulate: --grid 1 --block 8,8 --arg f32[64]=iota --arg f32[8]
// finding: uninitialised-shared
// cause: a sum of whatever the padding holds
extern "C" __global__ void padding_column(const float* in, float* out) {
  __shared__ float tile[8][9];
  tile[threadIdx.y][threadIdx.x] = in[threadIdx.y * 8 + threadIdx.x];
  __syncthreads();
  if (threadIdx.y == 0) {
    float sum = 0.0f;
    for (int i = 0; i < 9; ++i) sum += tile[threadIdx.x][i];  // (1)
    out[threadIdx.x] = sum;
  }
}
