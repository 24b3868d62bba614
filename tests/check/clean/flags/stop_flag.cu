// SPDX-License-Identifier: MIT
// A flag and nothing else: one volatile store, looked at by volatile loads.
// emulate: --grid 2 --block 32 --arg i32[1]=zeros --arg i32[64]
extern "C" __global__ void stop_flag(volatile int* stop, int* steps) {
  const int i = blockIdx.x * 32 + threadIdx.x;
  if (i == 5) stop[0] = 1;
  int n = 0;
  while (n < 3 && stop[0] == 0) ++n;
  steps[i] = n < 3 ? 1 : 0;
}
