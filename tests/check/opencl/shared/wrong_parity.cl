// SPDX-License-Identifier: MIT
// Two buffers that take turns every second step instead of every step.
// finding: race-shared
kernel void wrong_parity(global const float* in, global float* out) {
  local float buffers[2][64];
  const int t = get_local_id(0);
  float sum = 0.0f;
  for (int k = 0; k < 4; ++k) {
    buffers[(k / 2) % 2][t] = in[k * 64 + t];  // (2)
    barrier(CLK_LOCAL_MEM_FENCE);
    sum += buffers[(k / 2) % 2][63 - t];  // (1)
  }
  out[t] = sum;
}
