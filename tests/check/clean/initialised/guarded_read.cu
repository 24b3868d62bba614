// SPDX-License-Identifier: MIT
// What was not written is not read: the same condition guards both.
// emulate: --grid 1 --block 64 --arg f32[50]=iota --arg f32[64] --arg i32=50
extern "C" __global__ void guarded_read(const float* in, float* out, int n) {
  __shared__ float tile[64];
  const int t = threadIdx.x;
  if (t < n) tile[t] = in[t];
  __syncthreads();
  out[t] = t < n ? tile[n - 1 - t] : -1.0f;
}
