// SPDX-License-Identifier: MIT
// 16-byte loads and stores of neighbouring threads and blocks, side by side.
// emulate: --grid 2 --block 32 --arg f32[256]=iota --arg f32[256]
extern "C" __global__ void vectors_of_four(const float4* in, float4* out) {
  const int i = blockIdx.x * 32 + threadIdx.x;
  float4 x = in[i];
  x.x += x.w;
  out[i] = x;
}
