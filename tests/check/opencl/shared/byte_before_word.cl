// SPDX-License-Identifier: MIT
// A work-item clears the byte before its word, which is the last byte of its neighbour's.
// finding: race-shared
kernel void byte_before_word(global const uint* in, global uint* out) {
  local uint words[64];
  local uchar* bytes = (local uchar*)words;
  const int t = get_local_id(0);
  words[t] = ~in[t];
  barrier(CLK_LOCAL_MEM_FENCE);
  if (t > 0) bytes[4 * t - 1] = 0;  // (1)
  out[t] = words[t];                // (2)
}
