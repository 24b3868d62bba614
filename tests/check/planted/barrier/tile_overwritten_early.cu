// SPDX-License-Identifier: MIT
// A transposition goes through one tile twice; no barrier before the second load.
// emulate: --grid 1 --block 16,16 --arg f32[512]=iota --arg f32[512]
// finding: race-shared
// cause: a quick warp replaces the first tile while a slow one still reads it
extern "C" __global__ void tile_overwritten_early(const float* in, float* out) {
  __shared__ float tile[16][17];
  const int x = threadIdx.x;
  const int y = threadIdx.y;
  for (int k = 0; k < 2; ++k) {
    tile[y][x] = in[k * 256 + y * 16 + x];  // (2)
    __syncthreads();
    out[k * 256 + y * 16 + x] = tile[x][y];  // (1)
  }
}
