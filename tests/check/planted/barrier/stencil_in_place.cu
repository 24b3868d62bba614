// SPDX-License-Identifier: MIT
// A three-point mean is written into the row it is read from.
// emulate: --grid 1 --block 64 --arg f32[66]=iota --arg f32[64]
// finding: race-shared
// cause: some means are means of means
extern "C" __global__ void stencil_in_place(const float* in, float* out) {
  __shared__ float row[66];
  const int t = threadIdx.x;
  row[t + 1] = in[t + 1];
  if (t == 0) row[0] = in[0];
  if (t == 1) row[65] = in[65];
  __syncthreads();
  row[t + 1] = (row[t] + row[t + 1] + row[t + 2]) / 3.0f;  // (1) (2)
  __syncthreads();
  out[t] = row[t + 1] - row[t];
}
