// SPDX-License-Identifier: MIT
// A symmetric matrix is filled above its diagonal and read as a whole.
// emulate: --grid 1 --block 8,8 --arg f32[64]=iota --arg f32[64] --arg f32[64]
// finding: uninitialised-global
// cause: the lower triangle is whatever was in the memory
extern "C" __global__ void upper_triangle_only(const float* in, float* matrix, float* out) {
  const int row = threadIdx.y;
  const int column = threadIdx.x;
  if (row <= column) matrix[row * 8 + column] = in[row * 8 + column];
  __syncthreads();
  out[row * 8 + column] = matrix[column * 8 + row];  // (1)
}
