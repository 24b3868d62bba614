// SPDX-License-Identifier: MIT
// The reader waits until both producers have counted themselves.
// emulate: --grid 3 --block 32 --arg f32[64]=iota --arg f32[2] --arg i32[1]=zeros --arg f32[1]
extern "C" __global__ void two_producers(const float* in, float* data, int* ready, float* out) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x < 2) {
    data[blockIdx.x] = in[blockIdx.x + 5];
    __threadfence();
    atomicAdd(ready, 1);
  } else {
    while (atomicAdd(ready, 0) < 2) {
    }
    __threadfence();
    out[0] = data[0] + data[1];
  }
}
