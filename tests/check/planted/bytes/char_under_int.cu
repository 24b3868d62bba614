// SPDX-License-Identifier: MIT
// One thread sets a whole word that holds four other threads' bytes.
// emulate: --grid 1 --block 64 --arg u32[16]
// finding: race-shared
// cause: the bytes of four threads are lost, or not
extern "C" __global__ void char_under_int(unsigned int* out) {
  __shared__ unsigned int words[16];
  unsigned char* bytes = reinterpret_cast<unsigned char*>(words);
  const int t = threadIdx.x;
  bytes[t] = static_cast<unsigned char>(t);  // (1)
  if (t == 60) words[0] = 0xffffffffu;       // (2)
  __syncthreads();
  if (t < 16) out[t] = words[t];
}
