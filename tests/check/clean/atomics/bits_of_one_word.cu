// SPDX-License-Identifier: MIT
// All threads set bits of the same words by atomics.
// emulate: --grid 1 --block 64 --arg f32[64]=normal:5 --arg u32[2]
extern "C" __global__ void bits_of_one_word(const float* in, unsigned int* out) {
  __shared__ unsigned int words[2];
  const int t = threadIdx.x;
  if (t < 2) words[t] = 0;
  __syncthreads();
  if (in[t] > 0.0f) atomicOr(&words[t % 2], 1u << (t / 2));
  __syncthreads();
  if (t < 2) out[t] = words[t];
}
