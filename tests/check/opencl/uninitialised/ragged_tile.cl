// SPDX-License-Identifier: MIT
// A tile is filled as far as the input reaches and read as far as the tile does.
// finding: uninitialised-shared
kernel void ragged_tile(global const float* in, global float* out, int n) {
  local float tile[64];
  const int t = get_local_id(0);
  if (t < n) tile[t] = in[t];
  barrier(CLK_LOCAL_MEM_FENCE);
  out[t] = tile[63 - t];  // (1)
}
