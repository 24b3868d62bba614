// SPDX-License-Identifier: MIT
// A symmetric matrix is filled above its diagonal and read as a whole.
// finding: uninitialised-global
kernel void upper_triangle_only(global const float* in, global float* matrix, global float* out) {
  const int row = get_local_id(1);
  const int column = get_local_id(0);
  if (row <= column) matrix[row * 8 + column] = in[row * 8 + column];
  barrier(CLK_GLOBAL_MEM_FENCE);
  out[row * 8 + column] = matrix[column * 8 + row];  // (1)
}
