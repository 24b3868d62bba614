// SPDX-License-Identifier: MIT
// A tiled product without the barrier at the end of a step.
// emulate: --grid 1 --block 8,8 --arg f32[128]=normal:1 --arg f32[128]=normal:2 --arg f32[64]
// finding: race-shared
// cause: products of this step with elements of the next tile
extern "C" __global__ void matmul_second_barrier(const float* a, const float* b, float* c) {
  __shared__ float tile[8][8];
  const int x = threadIdx.x;
  const int y = threadIdx.y;
  float sum = 0.0f;
  for (int k = 0; k < 16; k += 8) {
    tile[y][x] = b[(k + y) * 8 + x];  // (2)
    __syncthreads();
    for (int i = 0; i < 8; ++i) sum += a[y * 16 + k + i] * tile[i][x];  // (1)
  }
  c[y * 8 + x] = sum;
}
