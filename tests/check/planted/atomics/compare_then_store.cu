// SPDX-License-Identifier: MIT
// A maximum by comparing and storing, without an atomic.
// emulate: --grid 1 --block 64 --arg f32[64]=normal:7 --arg f32[1]
// finding: race-shared
// cause: a smaller value may replace a larger one
extern "C" __global__ void compare_then_store(const float* in, float* out) {
  __shared__ float largest;
  const int t = threadIdx.x;
  if (t == 0) largest = -1e30f;
  __syncthreads();
  if (in[t] > largest) largest = in[t];  // (1) (2)
  __syncthreads();
  if (t == 0) out[0] = largest;
}
