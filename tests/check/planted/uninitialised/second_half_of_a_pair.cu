// SPDX-License-Identifier: MIT
// Only the first bf16 of each pair is written; both are read as one word.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg u32[32]
// finding: uninitialised-shared
// cause: the upper 16 bits are whatever was in the cell
extern "C" __global__ void second_half_of_a_pair(const float* in, unsigned int* out) {
  __shared__ unsigned int pairs[32];
  unsigned short* halves = reinterpret_cast<unsigned short*>(pairs);
  const int t = threadIdx.x;
  halves[2 * t] = static_cast<unsigned short>(__float_as_uint(in[t]) >> 16);
  __syncthreads();
  out[t] = pairs[31 - t];  // (1)
}
