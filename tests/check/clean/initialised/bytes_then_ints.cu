// SPDX-License-Identifier: MIT
// Memory is set byte by byte and read as ints.
// emulate: --grid 1 --block 64 --arg u32[16]
extern "C" __global__ void bytes_then_ints(unsigned int* out) {
  __shared__ unsigned int words[16];
  unsigned char* bytes = reinterpret_cast<unsigned char*>(words);
  const int t = threadIdx.x;
  bytes[(t * 5 + 3) % 64] = static_cast<unsigned char>(t);
  __syncthreads();
  if (t < 16) out[t] = words[15 - t];
}
