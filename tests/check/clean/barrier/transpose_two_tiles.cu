// SPDX-License-Identifier: MIT
// A tile is used twice, with a barrier between store and load and one before it is used again.
// emulate: --grid 1 --block 16,16 --arg f32[512]=iota --arg f32[512]
extern "C" __global__ void transpose_two_tiles(const float* in, float* out) {
  __shared__ float tile[16][17];
  const int x = threadIdx.x;
  const int y = threadIdx.y;
  for (int k = 0; k < 2; ++k) {
    tile[y][x] = in[k * 256 + y * 16 + x];
    __syncthreads();
    out[k * 256 + y * 16 + x] = tile[x][y];
    __syncthreads();
  }
}
