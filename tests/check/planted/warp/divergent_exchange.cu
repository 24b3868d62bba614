// SPDX-License-Identifier: MIT
// Half a warp refreshes its cells in one branch; the other half reads them in the other branch.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]=zeros
// finding: race-shared
// cause: old or new cells are read, as the branches happen to run
extern "C" __global__ void divergent_exchange(const float* in, float* out) {
  __shared__ float cells[32];
  const int lane = threadIdx.x;
  cells[lane] = in[lane];
  __syncwarp();
  if (lane < 16) {
    cells[lane] = 2.0f * in[lane] + 1.0f;  // (1)
  } else {
    out[lane] = cells[lane - 16];  // (2)
  }
  __syncwarp();
  if (lane >= 16) out[lane - 16] = cells[31 - lane];
}
