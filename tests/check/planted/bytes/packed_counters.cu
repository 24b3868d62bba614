// SPDX-License-Identifier: MIT
// Two threads each add into their half of a common word, by reading and writing the whole of it.
// emulate: --grid 1 --block 64 --arg u32[32]
// finding: race-shared
// cause: one of the two halves is lost
extern "C" __global__ void packed_counters(unsigned int* out) {
  __shared__ unsigned int packed[32];
  const unsigned int t = threadIdx.x;
  if (t < 32) packed[t] = 0;
  __syncthreads();
  packed[t / 2] += (t + 1) << (16 * (t % 2));  // (1) (2)
  __syncthreads();
  if (t < 32) out[t] = packed[t];
}
