// SPDX-License-Identifier: MIT
// A step stores, waits and reads; with two buffers in turn the barrier of the next step protects this one.
// emulate: --grid 1 --block 64 --arg f32[256]=iota --arg f32[64]
extern "C" __global__ void buffers_take_turns(const float* in, float* out) {
  __shared__ float buffers[2][64];
  const int t = threadIdx.x;
  float sum = 0.0f;
  for (int k = 0; k < 4; ++k) {
    buffers[k % 2][t] = in[k * 64 + t];
    __syncthreads();
    sum += buffers[k % 2][63 - t];
  }
  out[t] = sum;
}
