// SPDX-License-Identifier: MIT
// A barrier in a branch that all threads of a block take, or none.
// emulate: --grid 2 --block 64 --arg f32[128]=iota --arg f32[128]
extern "C" __global__ void branch_of_the_block(const float* in, float* out) {
  __shared__ float row[64];
  const int t = threadIdx.x;
  const int i = blockIdx.x * 64 + t;
  if (blockIdx.x % 2 == 0) {
    row[t] = in[i];
    __syncthreads();
    out[i] = row[63 - t];
  } else {
    out[i] = in[i];
  }
}
