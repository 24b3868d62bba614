// SPDX-License-Identifier: MIT
// A thread that has found its place leaves the loop and its barriers; its neighbours stay.
// emulate: --grid 1 --block 32 --arg i32[32]=iota --arg i32[32]
// finding: sync-barrier
// cause: the block may hang, or go on before all have come
extern "C" __global__ void break_before_barrier(const int* in, int* out) {
  const int t = threadIdx.x;
  int steps = 0;
  while (true) {
    if (in[t] < steps * 8) break;
    __syncthreads();  // (1)
    ++steps;
  }
  out[t] = steps;
}
