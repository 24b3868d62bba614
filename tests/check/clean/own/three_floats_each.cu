// SPDX-License-Identifier: MIT
// Records of twelve bytes: neighbours meet inside a 16-byte line and share no byte.
// emulate: --grid 1 --block 64 --arg f32[192]=iota --arg f32[64]
extern "C" __global__ void three_floats_each(const float* in, float* out) {
  __shared__ float3 points[64];
  const int t = threadIdx.x;
  points[t] = make_float3(in[3 * t], in[3 * t + 1], in[3 * t + 2]);
  points[t].y += points[t].x;
  out[t] = points[t].y * points[t].z;
}
