// SPDX-License-Identifier: MIT
// Group 0 writes pairs as 8 bytes; group 1 begins one int too early, in the last pair.
// finding: race-global
kernel void wide_store_over_int(global int* out) {
  const int t = get_local_id(0);
  if (get_group_id(0) == 0) {
    ((global long*)out)[t] = -1;  // (1)
  } else {
    out[63 + t] = t;  // (2)
  }
}
