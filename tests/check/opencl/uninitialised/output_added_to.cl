// SPDX-License-Identifier: MIT
// The result is added to an output that nobody has set to zero.
// finding: uninitialised-global
kernel void output_added_to(global const float* in, global float* out) {
  const int i = get_global_id(0);
  out[i] += 2.0f * in[i];  // (1)
}
