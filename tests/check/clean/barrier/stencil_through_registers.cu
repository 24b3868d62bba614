// SPDX-License-Identifier: MIT
// A row is smoothed in place: all read, all wait, all write.
// emulate: --grid 1 --block 64 --arg f32[66]=iota --arg f32[64]
extern "C" __global__ void stencil_through_registers(const float* in, float* out) {
  __shared__ float row[66];
  const int t = threadIdx.x;
  row[t + 1] = in[t + 1];
  if (t < 2) row[t * 65] = in[t * 65];
  for (int step = 0; step < 3; ++step) {
    __syncthreads();
    const float mean = (row[t] + row[t + 1] + row[t + 2]) / 3.0f;
    __syncthreads();
    row[t + 1] = mean;
  }
  out[t] = row[t + 1];
}
