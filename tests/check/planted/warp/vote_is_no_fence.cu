// SPDX-License-Identifier: MIT
// A vote stands between the store and the load; votes order no memory.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
// finding: race-shared
// cause: a lane may read its neighbour's cell before it is written
extern "C" __global__ void vote_is_no_fence(const float* in, float* out) {
  __shared__ float cells[32];
  const int lane = threadIdx.x;
  const float x = in[lane];
  cells[lane] = x;  // (1)
  const int some = __any_sync(0xffffffffu, x > 7.0f);
  out[lane] = some ? cells[(lane + 1) % 32] : 0.0f;  // (2)
}
