// SPDX-License-Identifier: MIT
// Two threads set different bit fields of one byte.
// emulate: --grid 1 --block 64 --arg u32[32]
// finding: race-shared
// cause: a field is written back with its old value by the other thread
struct Fields {
  unsigned char low : 4;
  unsigned char high : 4;
};

extern "C" __global__ void bit_fields(unsigned int* out) {
  __shared__ Fields fields[32];
  const int t = threadIdx.x;
  if (t < 32) reinterpret_cast<unsigned char*>(fields)[t] = 0;
  __syncthreads();
  if (t < 32) fields[t].low = 5;         // (1)
  if (t >= 32) fields[t - 32].high = 9;  // (2)
  __syncthreads();
  if (t < 32) out[t] = reinterpret_cast<unsigned char*>(fields)[t];
}
