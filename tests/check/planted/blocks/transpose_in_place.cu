// SPDX-License-Identifier: MIT
// A matrix is transposed in place: each element is read by one thread and written by another.
// emulate: --grid 2 --block 16,8 --arg f32[256]=iota
// finding: race-global
// cause: elements above the diagonal may be lost
extern "C" __global__ void transpose_in_place(float* x) {
  const int row = blockIdx.x * 8 + threadIdx.y;
  const int column = threadIdx.x;
  x[column * 16 + row] = x[row * 16 + column];  // (1) (2)
}
