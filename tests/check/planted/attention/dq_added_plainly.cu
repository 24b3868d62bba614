// SPDX-License-Identifier: MIT
// Two key blocks add their parts of dQ to the same rows without atomics.
// emulate: --grid 2 --block 64 --arg f32[128]=normal:24 --arg f32[64]=zeros
// finding: race-global
// cause: the gradient lacks a key block
extern "C" __global__ void dq_added_plainly(const float* ds_k, float* dq) {
  const int t = threadIdx.x;
  dq[t] += ds_k[blockIdx.x * 64 + t];  // (1) (2)
}
