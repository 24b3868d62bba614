// SPDX-License-Identifier: MIT
// A lane's cell is read by its neighbour, then by itself, then written by itself.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
// finding: race-shared
// cause: the neighbour may read the new value
extern "C" __global__ void neighbour_then_owner(const float* in, float* out) {
  __shared__ float cells[32];
  const int lane = threadIdx.x;
  cells[lane] = in[lane];
  __syncwarp();
  const float right = cells[(lane + 1) % 32];  // (1)
  const float own = cells[lane];
  cells[lane] = own + right;  // (2)
  __syncwarp();
  out[lane] = cells[31 - lane];
}
