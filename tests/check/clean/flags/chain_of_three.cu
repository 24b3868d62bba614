// SPDX-License-Identifier: MIT
// Block 2 waits for block 1, which has waited for block 0: it may read what block 0 wrote.
// emulate: --grid 3 --block 32 --arg f32[64]=iota --arg f32[1] --arg i32[2]=zeros --arg f32[1]
extern "C" __global__ void chain_of_three(const float* in, float* data, int* flags, float* out) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    data[0] = in[9] + 1.0f;
    __threadfence();
    atomicExch(&flags[0], 1);
  } else if (blockIdx.x == 1) {
    while (atomicAdd(&flags[0], 0) == 0) {
    }
    __threadfence();
    atomicExch(&flags[1], 1);
  } else {
    while (atomicAdd(&flags[1], 0) == 0) {
    }
    __threadfence();
    out[0] = data[0] * data[0];
  }
}
