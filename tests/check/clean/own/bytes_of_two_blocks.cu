// SPDX-License-Identifier: MIT
// Two blocks write every second byte each: one word, no common byte.
// emulate: --grid 2 --block 32 --arg u8[64]
extern "C" __global__ void bytes_of_two_blocks(unsigned char* out) {
  out[2 * threadIdx.x + blockIdx.x] = static_cast<unsigned char>(threadIdx.x + 100 * blockIdx.x);
}
