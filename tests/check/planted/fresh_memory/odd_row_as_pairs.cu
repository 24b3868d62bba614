// SPDX-License-Identifier: MIT
// A row of 33 bf16 is written one by one and read in pairs: the last pair has one.
// emulate: --grid 1 --block 64 --arg f32[33]=iota --arg u16[34] --arg u32[17]
// finding: uninitialised-global
// cause: the last pair's second half is whatever was in the memory
extern "C" __global__ void odd_row_as_pairs(const float* in, unsigned short* row,
                                            unsigned int* out) {
  const int t = threadIdx.x;
  if (t < 33) row[t] = static_cast<unsigned short>(__float_as_uint(in[t]) >> 16);
  __syncthreads();
  if (t < 17) out[t] = reinterpret_cast<const unsigned int*>(row)[t];  // (1)
}
