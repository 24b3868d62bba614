// SPDX-License-Identifier: MIT
// Some lanes vote in a branch with the mask of the whole warp.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg u32[32]
// finding: sync-mask
// cause: the lanes wait for lanes that never come
extern "C" __global__ void vote_in_branch(const float* in, unsigned int* out) {
  const int lane = threadIdx.x;
  const float x = in[lane];
  if (lane % 4 == 1) {
    out[lane] = __ballot_sync(0xffffffffu, x > 8.0f);  // (1)
  }
}
