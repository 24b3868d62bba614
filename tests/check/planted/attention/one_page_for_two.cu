// SPDX-License-Identifier: MIT
// Two sequences have the same page in their block tables and both append their key to it.
// emulate: --grid 2 --block 32 --arg f32[64]=normal:20 --arg i32[2]=zeros --arg f32[128]=zeros
// finding: race-global
// cause: one of the two keys is lost
extern "C" __global__ void one_page_for_two(const float* new_keys, const int* block_table,
                                            float* pages) {
  const int sequence = blockIdx.x;
  const int page = block_table[sequence];
  pages[page * 64 + threadIdx.x] = new_keys[sequence * 32 + threadIdx.x];  // (1) (2)
}
