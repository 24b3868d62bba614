// SPDX-License-Identifier: MIT
// A pipeline brings tile k + 2 while tile k is read, with two buffers instead of three.
// emulate: --grid 1 --block 64 --arg f32[320]=normal:1 --arg f32[64]
// finding: race-shared
// cause: a tile is replaced while it is in use
extern "C" __global__ void two_stages_for_three(const float* in, float* out) {
  __shared__ float stages[2][64];
  const int t = threadIdx.x;
  stages[0][t] = in[t];
  stages[1][t] = in[64 + t];
  __syncthreads();
  float sum = 0.0f;
  for (int k = 0; k < 5; ++k) {
    sum += stages[k % 2][63 - t];                                  // (1)
    if (k + 2 < 5) stages[(k + 2) % 2][t] = in[(k + 2) * 64 + t];  // (2)
    __syncthreads();
  }
  out[t] = sum;
}
