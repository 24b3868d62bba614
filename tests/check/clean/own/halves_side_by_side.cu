// SPDX-License-Identifier: MIT
// Two threads keep their 16-bit values in one word and read only their own.
// emulate: --grid 1 --block 64 --arg u16[64]=iota --arg u16[64]
extern "C" __global__ void halves_side_by_side(const unsigned short* in, unsigned short* out) {
  __shared__ volatile unsigned short halves[64];
  const int t = threadIdx.x;
  halves[t] = in[t];
  for (int k = 0; k < 3; ++k) halves[t] = static_cast<unsigned short>(2 * halves[t] + 1);
  out[t] = halves[t];
}
