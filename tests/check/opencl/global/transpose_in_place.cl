// SPDX-License-Identifier: MIT
// A matrix is transposed in place: each element is read by one work-item and written by another.
// finding: race-global
kernel void transpose_in_place(global float* x) {
  const int row = get_group_id(0) * 8 + get_local_id(1);
  const int column = get_local_id(0);
  x[column * 16 + row] = x[row * 16 + column];  // (1) (2)
}
