// SPDX-License-Identifier: MIT
// The second warp reads cells of the first; a barrier of the warp does not reach that far.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
// finding: race-shared
// cause: the first warp may be late
extern "C" __global__ void syncwarp_between_warps(const float* in, float* out) {
  __shared__ float cells[64];
  const int t = threadIdx.x;
  cells[t] = in[t];  // (1)
  __syncwarp();
  out[t] = cells[t % 32];  // (2)
}
