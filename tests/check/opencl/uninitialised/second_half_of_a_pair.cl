// SPDX-License-Identifier: MIT
// Only the first 16-bit cell of each pair is written; both are read as one word.
// finding: uninitialised-shared
kernel void second_half_of_a_pair(global const ushort* in, global uint* out) {
  local uint pairs[32];
  local ushort* halves = (local ushort*)pairs;
  const int t = get_local_id(0);
  halves[2 * t] = in[t];
  barrier(CLK_LOCAL_MEM_FENCE);
  out[t] = pairs[31 - t];  // (1)
}
