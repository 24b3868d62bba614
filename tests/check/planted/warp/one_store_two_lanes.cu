// SPDX-License-Identifier: MIT
// Two lanes of one store write different values into the same cell.
// emulate: --grid 1 --block 32 --arg f32[32]=normal:1 --arg f32[32]
// finding: race-shared
// cause: which of the two values stays is undefined
extern "C" __global__ void one_store_two_lanes(const float* in, float* out) {
  __shared__ float cells[16];
  const int lane = threadIdx.x;
  cells[lane / 2] = in[lane];  // (1) (2)
  __syncwarp();
  out[lane] = cells[lane / 2];
}
