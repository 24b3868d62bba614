// SPDX-License-Identifier: MIT
// Every thread that finds something sets the same flag to the same value.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg i32[1]
// finding: race-equal
// cause: nothing as long as the values are equal
extern "C" __global__ void all_set_a_flag(const float* in, int* out) {
  __shared__ int found;
  const int t = threadIdx.x;
  if (t == 0) found = 0;
  __syncthreads();
  if (in[t] > 20.0f) found = 1;  // (1) (2)
  __syncthreads();
  if (t == 0) out[0] = found;
}
