// SPDX-License-Identifier: MIT
// A barrier that also counts is a barrier: it orders the cells like any other.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
extern "C" __global__ void vote_of_the_block(const float* in, float* out) {
  __shared__ float row[64];
  const int t = threadIdx.x;
  row[t] = in[t];
  const int large = __syncthreads_count(in[t] > 9.0f);
  out[t] = row[63 - t] * static_cast<float>(large);
}
