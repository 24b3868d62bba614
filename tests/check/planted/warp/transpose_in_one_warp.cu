// SPDX-License-Identifier: MIT
// A tile as small as a warp is transposed without a barrier.
// emulate: --grid 1 --block 8,4 --arg f32[32]=iota --arg f32[32]
// finding: race-shared
// cause: lanes need not run in step, so cells may be missing
extern "C" __global__ void transpose_in_one_warp(const float* in, float* out) {
  __shared__ float tile[4][8];
  const int lane = threadIdx.y * 8 + threadIdx.x;
  tile[threadIdx.y][threadIdx.x] = in[lane];  // (1)
  out[lane] = tile[lane % 4][lane / 4];       // (2)
}
