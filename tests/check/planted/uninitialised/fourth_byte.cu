// SPDX-License-Identifier: MIT
// Three bytes of a pixel are written; the pixel is read as four.
// emulate: --grid 1 --block 32 --arg u8[96]=iota --arg u32[32]
// finding: uninitialised-shared
// cause: the fourth byte is whatever was in the cell
extern "C" __global__ void fourth_byte(const unsigned char* in, unsigned int* out) {
  __shared__ unsigned int pixels[32];
  unsigned char* bytes = reinterpret_cast<unsigned char*>(pixels);
  const int t = threadIdx.x;
  for (int c = 0; c < 3; ++c) bytes[4 * t + c] = in[3 * t + c];
  __syncthreads();
  out[t] = pixels[31 - t];  // (1)
}
