// SPDX-License-Identifier: MIT
// Records of five bytes are laid out with a stride of four: each one's last byte is the next one's first.
// emulate: --grid 1 --block 32 --arg u32[32]
// finding: race-shared
// cause: the byte that two records share holds either value
extern "C" __global__ void record_stride_short(unsigned int* out) {
  __shared__ unsigned char raw[132];
  const int t = threadIdx.x;
  for (int b = 0; b < 5; ++b) raw[4 * t + b] = static_cast<unsigned char>(8 * t + b);  // (1) (2)
  __syncthreads();
  out[t] = raw[4 * t];
}
