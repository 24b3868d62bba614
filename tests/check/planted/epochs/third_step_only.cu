// SPDX-License-Identifier: MIT
// A barrier that is skipped once: in the third of four steps.
// emulate: --grid 1 --block 64 --arg f32[256]=normal:1 --arg f32[64]
// finding: race-shared
// cause: one tile of four may be read half old, half new
extern "C" __global__ void third_step_only(const float* in, float* out) {
  __shared__ float tile[64];
  const int t = threadIdx.x;
  float sum = 0.0f;
  for (int k = 0; k < 4; ++k) {
    tile[t] = in[k * 64 + t];  // (1)
    if (k != 2) __syncthreads();
    sum += tile[63 - t];  // (2)
    __syncthreads();
  }
  out[t] = sum;
}
