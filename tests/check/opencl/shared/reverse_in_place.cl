// SPDX-License-Identifier: MIT
// A row is reversed in its own buffer: every work-item reads its mirror cell and overwrites its own.
// finding: race-shared
kernel void reverse_in_place(global const float* in, global float* out) {
  local float row[64];
  const int t = get_local_id(0);
  row[t] = in[t];
  barrier(CLK_LOCAL_MEM_FENCE);
  const float mirror = row[63 - t];  // (1)
  row[t] = mirror;                   // (2)
  barrier(CLK_LOCAL_MEM_FENCE);
  out[t] = row[t] + row[(t + 1) % 64];
}
