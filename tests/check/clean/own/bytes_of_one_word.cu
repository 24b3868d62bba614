// SPDX-License-Identifier: MIT
// Four threads write the four bytes of a word; the word is read after a barrier.
// emulate: --grid 1 --block 64 --arg u32[16]
extern "C" __global__ void bytes_of_one_word(unsigned int* out) {
  __shared__ unsigned int words[16];
  unsigned char* bytes = reinterpret_cast<unsigned char*>(words);
  const int t = threadIdx.x;
  bytes[t] = static_cast<unsigned char>(t + 1);
  __syncthreads();
  if (t < 16) out[t] = words[t];
}
