// SPDX-License-Identifier: MIT
// The barrier at the end of a step is left out for the last step, and the buffer has a second use after it.
// emulate: --grid 1 --block 64 --arg f32[192]=normal:1 --arg f32[1]
// finding: race-shared
// cause: the last tile is overwritten by the partial sums
extern "C" __global__ void no_barrier_after_loop(const float* in, float* out) {
  __shared__ float tile[64];
  const int t = threadIdx.x;
  float sum = 0.0f;
  for (int k = 0; k < 3; ++k) {
    tile[t] = in[k * 64 + t];
    __syncthreads();
    sum += tile[63 - t];  // (1)
    if (k < 2) __syncthreads();
  }
  tile[t] = sum;  // (2)
  __syncthreads();
  if (t == 0) out[0] = tile[0] + tile[63];
}
