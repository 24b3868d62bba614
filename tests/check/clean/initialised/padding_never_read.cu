// SPDX-License-Identifier: MIT
// A tile has a padding column that is neither written nor read.
// emulate: --grid 1 --block 8,8 --arg f32[64]=iota --arg f32[8]
extern "C" __global__ void padding_never_read(const float* in, float* out) {
  __shared__ float tile[8][9];
  tile[threadIdx.y][threadIdx.x] = in[threadIdx.y * 8 + threadIdx.x];
  __syncthreads();
  if (threadIdx.y == 0) {
    float sum = 0.0f;
    for (int i = 0; i < 8; ++i) sum += tile[threadIdx.x][i];
    out[threadIdx.x] = sum;
  }
}
