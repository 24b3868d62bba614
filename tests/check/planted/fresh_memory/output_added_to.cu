// SPDX-License-Identifier: MIT
// The result is added to an output that nobody has set to zero.
// emulate: --grid 2 --block 64 --arg f32[128]=iota --arg f32[128]
// finding: uninitialised-global
// cause: the results contain whatever was in the memory
extern "C" __global__ void output_added_to(const float* in, float* out) {
  const int i = blockIdx.x * 64 + threadIdx.x;
  out[i] += 2.0f * in[i];  // (1)
}
