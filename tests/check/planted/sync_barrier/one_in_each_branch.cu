// SPDX-License-Identifier: MIT
// Lanes of one warp meet at two different barriers.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]=zeros
// finding: sync-barrier
// cause: the block may hang, or go on before all have come
extern "C" __global__ void one_in_each_branch(const float* in, float* out) {
  const int t = threadIdx.x;
  if (t % 32 < 16) {
    __syncthreads();  // (1)
    out[t] = in[t];
  } else {
    out[t] = 2.0f;
    __syncthreads();  // (2)
    out[t] += 1.0f;
  }
}
