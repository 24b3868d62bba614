// SPDX-License-Identifier: MIT
// A ring of three tiles, of which the tile before the last is read once more: from the third step on, too late.
// emulate: --grid 1 --block 64 --arg f32[320]=normal:1 --arg f32[64]
// finding: race-shared
// cause: the oldest tile is replaced while a slow warp reads it
extern "C" __global__ void history_too_long(const float* in, float* out) {
  __shared__ float ring[3][64];
  const int t = threadIdx.x;
  float sum = 0.0f;
  for (int k = 0; k < 5; ++k) {
    ring[k % 3][t] = in[k * 64 + t];  // (2)
    __syncthreads();
    sum += ring[k % 3][63 - t];
    if (k >= 2) sum -= ring[(k - 2) % 3][63 - t];  // (1)
  }
  out[t] = sum;
}
