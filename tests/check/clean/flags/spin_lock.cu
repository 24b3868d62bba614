// SPDX-License-Identifier: MIT
// A lock by compare-and-swap, with a fence after it is taken and one before it is given back.
// emulate: --grid 4 --block 32 --arg i32[1]=zeros --arg i32[1]=zeros
extern "C" __global__ void spin_lock(int* lock, int* total) {
  if (threadIdx.x == 0) {
    while (atomicCAS(lock, 0, 1) != 0) {
    }
    __threadfence();
    total[0] = total[0] * 2 + 1;
    __threadfence();
    atomicExch(lock, 0);
  }
}
