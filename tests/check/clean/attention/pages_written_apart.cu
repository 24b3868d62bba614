// SPDX-License-Identifier: MIT
// Two sequences append to the pages of their own.
// emulate: --grid 2 --block 32 --arg f32[64]=iota --arg i32[2]=iota --arg f32[128]
extern "C" __global__ void pages_written_apart(const float* new_keys, const int* block_table,
                                               float* pages) {
  const int sequence = blockIdx.x;
  const int page = block_table[sequence];
  pages[page * 64 + threadIdx.x] = new_keys[sequence * 32 + threadIdx.x];
}
