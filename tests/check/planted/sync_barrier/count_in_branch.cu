// SPDX-License-Identifier: MIT
// A barrier that counts, in a branch that part of a warp takes.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg i32[32]=zeros
// finding: sync-barrier
// cause: the count lacks threads, or the block hangs
extern "C" __global__ void count_in_branch(const float* in, int* out) {
  const int t = threadIdx.x;
  if (t >= 8) {
    out[t] = __syncthreads_count(in[t] > 12.0f);  // (1)
  }
}
