// SPDX-License-Identifier: MIT
// One thread waits for the flag; the others of its block do not wait for it.
// emulate: --grid 2 --block 64 --arg f32[64]=iota --arg f32[64]=zeros --arg i32[1]=zeros --arg f32[64]
// finding: race-global
// cause: the other threads may read before the flag is set
extern "C" __global__ void readers_do_not_wait(const float* in, float* data, int* flag,
                                               float* out) {
  const int t = threadIdx.x;
  if (blockIdx.x == 0) {
    data[t] = in[t];  // (1)
    __threadfence();
    __syncthreads();
    if (t == 0) atomicExch(flag, 1);
  } else {
    if (t == 0) {
      while (atomicAdd(flag, 0) == 0) {
      }
    }
    out[t] = data[t];  // (2)
  }
}
