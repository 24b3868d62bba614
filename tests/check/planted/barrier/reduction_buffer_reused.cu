// SPDX-License-Identifier: MIT
// The sum of a block is taken twice in one buffer; the function has no barrier after its last read.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
// finding: race-shared
// cause: a slow thread takes the first summand of the second sum for the first sum
__device__ float block_sum(float* partial, float x) {
  const int t = threadIdx.x;
  partial[t] = x;  // (2)
  for (int half = 32; half > 0; half /= 2) {
    __syncthreads();
    if (t < half) partial[t] += partial[t + half];
  }
  __syncthreads();
  return partial[0];  // (1)
}

extern "C" __global__ void reduction_buffer_reused(const float* in, float* out) {
  __shared__ float partial[64];
  const float x = in[threadIdx.x];
  const float mean = block_sum(partial, x) / 64.0f;
  const float variance = block_sum(partial, (x - mean) * (x - mean)) / 64.0f;
  out[threadIdx.x] = (x - mean) / sqrtf(variance + 1e-5f);
}
