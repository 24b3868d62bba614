// SPDX-License-Identifier: MIT
// A sum is gathered by atomics and read plainly with no barrier between.
// finding: race-shared
kernel void atomic_then_plain_read(global const int* in, global int* out) {
  local int sum;
  const int t = get_local_id(0);
  if (t == 0) sum = 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  atomic_add(&sum, in[t]);  // (1)
  out[t] = sum;             // (2)
}
