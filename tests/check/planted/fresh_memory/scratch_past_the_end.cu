// SPDX-License-Identifier: MIT
// A scratch row is filled as far as the input reaches and read to its end.
// emulate: --grid 1 --block 64 --arg f32[50]=iota --arg i32=50 --arg f32[64] --arg f32[64]
// finding: uninitialised-global
// cause: the tail is whatever was in the memory
extern "C" __global__ void scratch_past_the_end(const float* in, int n, float* scratch,
                                                float* out) {
  const int t = threadIdx.x;
  if (t < n) scratch[t] = in[t];
  __syncthreads();
  out[t] = scratch[63 - t];  // (1)
}
