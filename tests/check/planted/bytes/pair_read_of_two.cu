// SPDX-License-Identifier: MIT
// A thread writes one bf16 and reads the pair that holds its neighbour's, too.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg u32[64]
// finding: race-shared
// cause: the other half of the pair may be old
extern "C" __global__ void pair_read_of_two(const float* in, unsigned int* out) {
  __shared__ unsigned int pairs[32];
  unsigned short* halves = reinterpret_cast<unsigned short*>(pairs);
  const int t = threadIdx.x;
  halves[t] = static_cast<unsigned short>(__float_as_uint(in[t]) >> 16);  // (1)
  out[t] = pairs[t / 2];                                                  // (2)
}
