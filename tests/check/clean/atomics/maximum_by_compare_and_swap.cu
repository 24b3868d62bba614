// SPDX-License-Identifier: MIT
// A maximum of floats by compare-and-swap; the cell is never touched by anything but atomics.
// emulate: --grid 2 --block 64 --arg f32[128]=normal:4 --arg i32[1]=zeros
extern "C" __global__ void maximum_by_compare_and_swap(const float* in, int* largest) {
  const float x = in[blockIdx.x * 64 + threadIdx.x];
  int seen = atomicCAS(largest, 0, 0);
  while (__int_as_float(seen) < x) {
    const int before = atomicCAS(largest, seen, __float_as_int(x));
    if (before == seen) break;
    seen = before;
  }
}
