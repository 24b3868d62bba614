// SPDX-License-Identifier: MIT
// Two threads write a bf16 each; after the barrier the pair is read as one word.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg u32[32]
extern "C" __global__ void pair_from_two_threads(const float* in, unsigned int* out) {
  __shared__ unsigned int pairs[32];
  unsigned short* halves = reinterpret_cast<unsigned short*>(pairs);
  const int t = threadIdx.x;
  halves[t] = static_cast<unsigned short>(__float_as_uint(in[t]) >> 16);
  __syncthreads();
  if (t < 32) out[t] = pairs[31 - t];
}
