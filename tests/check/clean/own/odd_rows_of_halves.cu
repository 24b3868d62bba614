// SPDX-License-Identifier: MIT
// Rows of 33 bf16: the last one of a block's row lies in one word with the first of the next row.
// emulate: --grid 4 --block 64 --arg f32[132]=iota --arg u16[132]
extern "C" __global__ void odd_rows_of_halves(const float* in, unsigned short* out) {
  const int t = threadIdx.x;
  const int i = blockIdx.x * 33 + t;
  if (t < 33) out[i] = static_cast<unsigned short>(__float_as_uint(in[i]) >> 16);
}
