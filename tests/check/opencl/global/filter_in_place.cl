// SPDX-License-Identifier: MIT
// A filter writes into its input: inside a group by way of local memory, but the halo is another group's.
// finding: race-global
kernel void filter_in_place(global float* x) {
  local float tile[65];
  const int t = get_local_id(0);
  const int i = get_global_id(0);
  tile[t + 1] = x[i];
  if (t == 0) tile[0] = i > 0 ? x[i - 1] : 0.0f;  // (1)
  barrier(CLK_LOCAL_MEM_FENCE);
  x[i] = 0.5f * (tile[t] + tile[t + 1]);  // (2)
}
