// SPDX-License-Identifier: MIT
// A row leaves the loop over key tiles at its diagonal, but rows of one warp do so at different tiles.
// emulate: --grid 1 --block 32 --arg f32[64]=iota --arg f32[32]
// finding: sync-barrier
// cause: rows that go on miss keys that the others should have loaded
extern "C" __global__ void causal_skip(const float* keys, float* out) {
  const int row = threadIdx.x;
  float sum = 0.0f;
  for (int tile = 0; tile <= row / 16; ++tile) {
    sum += keys[tile * 32 + row];
    __syncthreads();  // (1)
  }
  out[row] = sum;
}
