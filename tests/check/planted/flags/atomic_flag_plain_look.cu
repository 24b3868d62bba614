// SPDX-License-Identifier: MIT
// The flag is set by an atomic and looked at by a plain load.
// emulate: --grid 2 --block 32 --arg f32[64]=iota --arg i32[1]=zeros --arg f32[64]
// finding: race-global
// cause: a plain load need not look again
extern "C" __global__ void atomic_flag_plain_look(const float* in, int* flag, float* out) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x == 0) {
    __threadfence();
    atomicExch(flag, 1);  // (1)
  } else {
    out[0] = flag[0] == 0 ? in[0] : in[1];  // (2)
  }
}
