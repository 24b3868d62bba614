// SPDX-License-Identifier: MIT
// Each block publishes its sum and adds those of the blocks before it, with a barrier of its own only.
// emulate: --grid 4 --block 32 --arg f32[128]=iota --arg f32[4]=zeros --arg f32[128]
// finding: race-global
// cause: sums of blocks that have not run yet count as zero
extern "C" __global__ void scan_without_grid_barrier(const float* in, float* sums, float* out) {
  const int i = blockIdx.x * 32 + threadIdx.x;
  float sum = in[i];
  for (int d = 16; d > 0; d /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, d);
  if (threadIdx.x == 0) sums[blockIdx.x] = sum;  // (1)
  __syncthreads();
  float before = 0.0f;
  for (int b = 0; b < static_cast<int>(blockIdx.x); ++b) before += sums[b];  // (2)
  out[i] = before + in[i];
}
