// SPDX-License-Identifier: MIT
// A tile as small as a warp is transposed, with a barrier of the warp.
// emulate: --grid 1 --block 8,4 --arg f32[32]=iota --arg f32[32]
extern "C" __global__ void transpose_with_syncwarp(const float* in, float* out) {
  __shared__ float tile[4][9];
  const int lane = threadIdx.y * 8 + threadIdx.x;
  tile[threadIdx.y][threadIdx.x] = in[lane];
  __syncwarp();
  out[lane] = tile[lane % 4][lane / 4];
}
