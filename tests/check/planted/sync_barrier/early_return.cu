// SPDX-License-Identifier: MIT
// Part of a warp returns before the barrier that the rest of the warp waits at.
// emulate: --grid 1 --block 64 --arg f32[50]=iota --arg f32[64] --arg i32=50
// finding: sync-barrier
// cause: the barrier must be reached by whole warps
extern "C" __global__ void early_return(const float* in, float* out, int n) {
  __shared__ float row[64];
  const int t = threadIdx.x;
  if (t >= n) return;
  row[t] = in[t];
  __syncthreads();  // (1)
  out[t] = row[n - 1 - t];
}
