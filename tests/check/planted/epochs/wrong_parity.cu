// SPDX-License-Identifier: MIT
// Two buffers that take turns every second step instead of every step.
// emulate: --grid 1 --block 64 --arg f32[256]=normal:1 --arg f32[64]
// finding: race-shared
// cause: the second step overwrites what the first one still reads
extern "C" __global__ void wrong_parity(const float* in, float* out) {
  __shared__ float buffers[2][64];
  const int t = threadIdx.x;
  float sum = 0.0f;
  for (int k = 0; k < 4; ++k) {
    float* buffer = buffers[(k / 2) % 2];
    buffer[t] = in[k * 64 + t];  // (2)
    __syncthreads();
    sum += buffer[63 - t];  // (1)
  }
  out[t] = sum;
}
