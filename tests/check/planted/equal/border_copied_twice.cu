// SPDX-License-Identifier: MIT
// Neighbouring blocks both copy the element at their border.
// emulate: --grid 4 --block 64 --arg f32[256]=iota --arg f32[256]
// finding: race-equal
// cause: nothing as long as nobody changes the input
extern "C" __global__ void border_copied_twice(const float* in, float* out) {
  const int i = blockIdx.x * 63 + threadIdx.x;
  out[i] = in[i];  // (1) (2)
}
