// SPDX-License-Identifier: MIT
// A work-item reads its left neighbour's cell with no barrier after the load.
// finding: race-shared
kernel void neighbour_without_barrier(global const float* in, global float* out) {
  local float row[64];
  const int t = get_local_id(0);
  row[t] = in[t];                      // (1)
  out[t] = t > 0 ? row[t - 1] : 0.0f;  // (2)
}
