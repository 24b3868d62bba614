// SPDX-License-Identifier: MIT
// Block 0 fills a table in global memory that all blocks use.
// emulate: --grid 3 --block 64 --arg f32[64]=iota --arg f32[64]=zeros --arg f32[192]
// finding: race-global
// cause: other blocks may read the table before it is filled
extern "C" __global__ void table_from_block_zero(const float* in, float* table, float* out) {
  const int t = threadIdx.x;
  if (blockIdx.x == 0) {
    table[t] = sqrtf(in[t]);  // (1)
    __syncthreads();
  }
  out[blockIdx.x * 64 + t] = table[63 - t];  // (2)
}
