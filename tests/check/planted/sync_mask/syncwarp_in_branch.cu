// SPDX-License-Identifier: MIT
// Half a warp waits in a branch for the whole warp.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
// finding: sync-mask
// cause: the lanes wait for lanes that never come
extern "C" __global__ void syncwarp_in_branch(const float* in, float* out) {
  __shared__ float cells[16];
  const int lane = threadIdx.x;
  if (lane < 16) {
    cells[lane] = in[lane];
    __syncwarp();  // (1)
    out[lane] = cells[lane];
  }
}
