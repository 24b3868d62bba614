// SPDX-License-Identifier: MIT
// Threads of one block mark what they have seen; several mark the same cell.
// emulate: --grid 1 --block 64 --arg i32[64]=iota --arg i32[8]=zeros
// finding: race-equal
// cause: nothing as long as the marks are equal
extern "C" __global__ void visited_marks(const int* in, int* visited) {
  visited[in[threadIdx.x] * 3 % 8] = 1;  // (1) (2)
}
