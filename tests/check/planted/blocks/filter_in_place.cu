// SPDX-License-Identifier: MIT
// A filter writes into its input: inside a block by way of shared memory, but the halo is another block's.
// emulate: --grid 4 --block 64 --arg f32[256]=iota
// finding: race-global
// cause: the halo may be filtered already
extern "C" __global__ void filter_in_place(float* x) {
  __shared__ float tile[65];
  const int t = threadIdx.x;
  const int i = blockIdx.x * 64 + t;
  tile[t + 1] = x[i];
  if (t == 0) tile[0] = i > 0 ? x[i - 1] : 0.0f;  // (1)
  __syncthreads();
  x[i] = 0.5f * (tile[t] + tile[t + 1]);  // (2)
}
