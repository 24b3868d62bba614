// SPDX-License-Identifier: MIT
// The next tile is stored into the buffer that nobody reads in this step; one barrier a step suffices.
// emulate: --grid 1 --block 64 --arg f32[256]=iota --arg f32[64]
extern "C" __global__ void double_buffer(const float* in, float* out) {
  __shared__ float buffers[2][64];
  const int t = threadIdx.x;
  buffers[0][t] = in[t];
  __syncthreads();
  float sum = 0.0f;
  for (int k = 0; k < 4; ++k) {
    if (k + 1 < 4) buffers[(k + 1) % 2][t] = in[(k + 1) * 64 + t];
    sum += buffers[k % 2][63 - t];
    __syncthreads();
  }
  out[t] = sum;
}
