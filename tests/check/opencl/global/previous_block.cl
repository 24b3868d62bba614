// SPDX-License-Identifier: MIT
// A work-group reads what the one before it has written; in ascending order that comes out right.
// finding: race-global
kernel void previous_block(global const float* in, global float* scaled, global float* out) {
  const int i = get_global_id(0);
  scaled[i] = 2.0f * in[i];                  // (1)
  out[i] = i >= 64 ? scaled[i - 64] : 0.0f;  // (2)
}
