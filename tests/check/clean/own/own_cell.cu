// SPDX-License-Identifier: MIT
// A thread reads the cell that it wrote itself; nobody has to wait.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
extern "C" __global__ void own_cell(const float* in, float* out) {
  __shared__ volatile float cells[64];
  const int t = threadIdx.x;
  cells[t] = in[t];
  for (int k = 0; k < 3; ++k) cells[t] = 2.0f * cells[t];
  out[t] = cells[t];
}
