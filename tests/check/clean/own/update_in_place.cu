// SPDX-License-Identifier: MIT
// Every thread updates its own element in global memory, several times.
// emulate: --grid 2 --block 64 --arg f32[128]=iota
extern "C" __global__ void update_in_place(float* x) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  for (int k = 0; k < 4; ++k) x[i] = 0.5f * x[i] + 1.0f;
}
