// SPDX-License-Identifier: MIT
// An output is set to zero by the thread that adds to it.
// emulate: --grid 2 --block 32 --arg f32[256]=iota --arg f32[64]
extern "C" __global__ void zeroed_then_added(const float* in, volatile float* out) {
  const int i = blockIdx.x * 32 + threadIdx.x;
  out[i] = 0.0f;
  for (int k = 0; k < 4; ++k) out[i] = out[i] + in[k * 64 + i];
}
