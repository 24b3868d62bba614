// SPDX-License-Identifier: MIT
// A matrix is transposed tile by tile; every element is read once and written once, elsewhere.
// emulate: --grid 2,2 --block 16,16 --arg f32[1024]=iota --arg f32[1024]
extern "C" __global__ void tile_through_shared(const float* in, float* out) {
  __shared__ float tile[16][17];
  const int x = threadIdx.x;
  const int y = threadIdx.y;
  tile[y][x] = in[(blockIdx.y * 16 + y) * 32 + blockIdx.x * 16 + x];
  __syncthreads();
  out[(blockIdx.x * 16 + y) * 32 + blockIdx.y * 16 + x] = tile[x][y];
}
