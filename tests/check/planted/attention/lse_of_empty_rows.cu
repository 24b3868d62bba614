// SPDX-License-Identifier: MIT
// Rows that see no key write no log-sum-exp, but it is read for all rows.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64] --arg i32=10
// finding: uninitialised-shared
// cause: empty rows get a weight from nowhere
extern "C" __global__ void lse_of_empty_rows(const float* sums, float* out, int first_row) {
  __shared__ float lse_nat[64];
  const int row = threadIdx.x;
  if (row >= first_row) lse_nat[row] = 1.0f + sums[row];
  __syncthreads();
  out[row] = lse_nat[row ^ 1];  // (1)
}
