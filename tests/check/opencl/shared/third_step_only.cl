// SPDX-License-Identifier: MIT
// A barrier that is skipped once: in the third of four steps.
// finding: race-shared
kernel void third_step_only(global const float* in, global float* out) {
  local float tile[64];
  const int t = get_local_id(0);
  float sum = 0.0f;
  for (int k = 0; k < 4; ++k) {
    tile[t] = in[k * 64 + t];  // (1)
    if (k != 2) barrier(CLK_LOCAL_MEM_FENCE);
    sum += tile[63 - t];  // (2)
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  out[t] = sum;
}
