// SPDX-License-Identifier: MIT
// Both tiles of a product are complete before they are read, and read before they are replaced.
// emulate: --grid 2,2 --block 8,8 --arg f32[256]=normal:1 --arg f32[256]=normal:2 --arg f32[256]
extern "C" __global__ void matmul_tiled(const float* a, const float* b, float* c) {
  __shared__ float a_tile[8][8];
  __shared__ float b_tile[8][8];
  const int x = threadIdx.x;
  const int y = threadIdx.y;
  const int row = blockIdx.y * 8 + y;
  const int column = blockIdx.x * 8 + x;
  float sum = 0.0f;
  for (int k = 0; k < 16; k += 8) {
    a_tile[y][x] = a[row * 16 + k + x];
    b_tile[y][x] = b[(k + y) * 16 + column];
    __syncthreads();
    for (int i = 0; i < 8; ++i) sum += a_tile[y][i] * b_tile[i][x];
    __syncthreads();
  }
  c[row * 16 + column] = sum;
}
