// SPDX-License-Identifier: MIT
// A thread clears the byte before its word, which is the last byte of its neighbour's.
// emulate: --grid 1 --block 64 --arg u32[64]=iota --arg u32[64]
// finding: race-shared
// cause: a word is read with or without its last byte
extern "C" __global__ void byte_before_word(const unsigned int* in, unsigned int* out) {
  __shared__ unsigned int words[64];
  unsigned char* bytes = reinterpret_cast<unsigned char*>(words);
  const int t = threadIdx.x;
  words[t] = ~in[t];
  __syncthreads();
  if (t > 0) bytes[4 * t - 1] = 0;  // (1)
  out[t] = words[t];                // (2)
}
