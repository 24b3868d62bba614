// SPDX-License-Identifier: MIT
// Two key blocks add their parts of dQ to the same rows by atomics.
// emulate: --grid 2 --block 64 --arg f32[128]=iota --arg f32[64]=zeros
extern "C" __global__ void dq_by_atomics(const float* ds_k, float* dq) {
  const int t = threadIdx.x;
  atomicAdd(&dq[t], ds_k[blockIdx.x * 64 + t]);
}
