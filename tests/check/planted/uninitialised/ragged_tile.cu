// SPDX-License-Identifier: MIT
// A tile is filled as far as the input reaches and read as far as the tile does.
// emulate: --grid 1 --block 64 --arg f32[50]=iota --arg f32[64] --arg i32=50
// finding: uninitialised-shared
// cause: elements past the end are whatever was in the cells
extern "C" __global__ void ragged_tile(const float* in, float* out, int n) {
  __shared__ float tile[64];
  const int t = threadIdx.x;
  if (t < n) tile[t] = in[t];
  __syncthreads();
  out[t] = tile[63 - t];  // (1)
}
