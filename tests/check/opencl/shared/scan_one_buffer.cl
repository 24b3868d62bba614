// SPDX-License-Identifier: MIT
// An inclusive scan in one buffer: a step reads cells that the same step writes.
// finding: race-shared
kernel void scan_one_buffer(global const float* in, global float* out) {
  local float sums[64];
  const int t = get_local_id(0);
  sums[t] = in[t];
  for (int distance = 1; distance < 64; distance *= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (t >= distance) sums[t] += sums[t - distance];  // (1) (2)
  }
  out[t] = sums[t];
}
