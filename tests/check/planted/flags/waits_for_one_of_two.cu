// SPDX-License-Identifier: MIT
// The reader waits until one producer is ready and reads the work of two.
// emulate: --grid 3 --block 32 --arg f32[64]=iota --arg f32[2]=zeros --arg i32[1]=zeros --arg f32[1]
// finding: race-global
// seed: needed
// cause: the second producer may still be at work
extern "C" __global__ void waits_for_one_of_two(const float* in, float* data, int* ready,
                                                float* out) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x < 2) {
    data[blockIdx.x] = in[blockIdx.x + 5];  // (1)
    __threadfence();
    atomicAdd(ready, 1);
  } else {
    while (atomicAdd(ready, 0) < 1) {
    }
    __threadfence();
    out[0] = data[0] + data[1];  // (2)
  }
}
