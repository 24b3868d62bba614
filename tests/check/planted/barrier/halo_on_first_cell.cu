// SPDX-License-Identifier: MIT
// The last thread brings the left halo, one cell too far to the right: on the first thread's cell.
// emulate: --grid 1 --block 64 --arg f32[65]=normal:1 --arg f32[64]
// finding: race-shared
// cause: the first cell holds either its own value or the halo's
extern "C" __global__ void halo_on_first_cell(const float* in, float* out) {
  __shared__ float tile[65];
  const int t = threadIdx.x;
  tile[t] = 0.0f;
  __syncthreads();
  tile[t + 1] = in[t + 1];       // (1)
  if (t == 63) tile[1] = in[0];  // (2)
  __syncthreads();
  out[t] = tile[t + 1] - tile[t];
}
