// SPDX-License-Identifier: MIT
// The positive elements of a warp move together: a vote gives each its place.
// emulate: --grid 1 --block 32 --arg f32[32]=normal:3 --arg f32[32] --arg i32[1]
extern "C" __global__ void ballot_compaction(const float* in, float* out, int* count) {
  __shared__ float kept[32];
  const int lane = threadIdx.x;
  const float x = in[lane];
  const unsigned int votes = __ballot_sync(0xffffffffu, x > 0.0f);
  const int before = __popc(votes & ((1u << lane) - 1));
  if (x > 0.0f) kept[before] = x;
  __syncwarp();
  out[lane] = lane < __popc(votes) ? kept[lane] : 0.0f;
  if (lane == 0) *count = __popc(votes);
}
