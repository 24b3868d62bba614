// SPDX-License-Identifier: MIT
// Every lane makes every step, so that the votes are complete; only the work depends on the length.
// emulate: --grid 1 --block 32 --arg i32[75]=iota --arg i32[1] --arg i32=75
extern "C" __global__ void ragged_loop(const int* in, int* out, int n) {
  int odd = 0;
  for (int begin = 0; begin < n; begin += 32) {
    const int i = begin + static_cast<int>(threadIdx.x);
    odd += __popc(__ballot_sync(0xffffffffu, i < n && in[i] % 2 == 1));
  }
  if (threadIdx.x == 0) out[0] = odd;
}
