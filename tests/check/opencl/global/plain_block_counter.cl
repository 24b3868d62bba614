// SPDX-License-Identifier: MIT
// The groups count themselves with a plain increment.
// finding: race-global
kernel void plain_block_counter(global int* counter, global int* order) {
  if (get_local_id(0) == 0) {
    const int mine = counter[0]++;  // (1) (2)
    order[get_group_id(0)] = mine;
  }
}
