// SPDX-License-Identifier: MIT
// Past the end of the input the tile is filled with zeros, so that it may be read as a whole.
// emulate: --grid 1 --block 64 --arg f32[50]=iota --arg f32[64] --arg i32=50
extern "C" __global__ void tail_filled_with_zeros(const float* in, float* out, int n) {
  __shared__ float tile[64];
  const int t = threadIdx.x;
  tile[t] = t < n ? in[t] : 0.0f;
  __syncthreads();
  out[t] = tile[63 - t];
}
