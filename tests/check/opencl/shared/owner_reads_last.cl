// SPDX-License-Identifier: MIT
// A cell is read by another work-item, then by its owner, who writes it: the owner is not the only reader.
// finding: race-shared
kernel void owner_reads_last(global const float* in, global float* out) {
  local float cells[64];
  const int t = get_local_id(0);
  cells[t] = in[t];
  barrier(CLK_LOCAL_MEM_FENCE);
  const float other = cells[t ^ 32];         // (1)
  if (t >= 32) cells[t] = cells[t] + other;  // (2)
  barrier(CLK_LOCAL_MEM_FENCE);
  out[t] = cells[63 - t] + other;
}
