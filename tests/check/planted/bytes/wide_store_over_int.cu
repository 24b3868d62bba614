// SPDX-License-Identifier: MIT
// Block 0 writes pairs as 8 bytes; block 1 begins one int too early, in the last pair.
// emulate: --grid 2 --block 32 --arg i32[128]
// finding: race-global
// cause: the last int of block 0 is either value
extern "C" __global__ void wide_store_over_int(int* out) {
  const int t = threadIdx.x;
  if (blockIdx.x == 0) {
    reinterpret_cast<long long*>(out)[t] = -1;  // (1)
  } else {
    out[63 + t] = t;  // (2)
  }
}
