// SPDX-License-Identifier: MIT
// A work-item writes one 16-bit cell and reads the pair that holds its neighbour's, too.
// finding: race-shared
kernel void pair_read_of_two(global const ushort* in, global uint* out) {
  local uint pairs[32];
  local ushort* halves = (local ushort*)pairs;
  const int t = get_local_id(0);
  halves[t] = in[t];      // (1)
  out[t] = pairs[t / 2];  // (2)
}
