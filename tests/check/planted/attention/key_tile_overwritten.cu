// SPDX-License-Identifier: MIT
// The next key tile is loaded while slow warps still take dot products with this one.
// emulate: --grid 1 --block 64 --arg f32[512]=normal:13 --arg f32[512]=normal:14 --arg f32[128]
// finding: race-shared
// cause: scores of half one tile, half the next
extern "C" __global__ void key_tile_overwritten(const float* q, const float* k, float* s) {
  __shared__ float k_tile[8][33];
  const int t = threadIdx.x;
  for (int tile = 0; tile < 2; ++tile) {
    for (int i = t; i < 256; i += 64) k_tile[i / 32][i % 32] = k[tile * 256 + i];  // (2)
    __syncthreads();
    float dot = 0.0f;
    for (int d = 0; d < 32; ++d) dot += q[t / 8 * 32 + d] * k_tile[t % 8][d];  // (1)
    s[tile * 64 + t] = dot;
  }
}
