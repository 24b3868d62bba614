// SPDX-License-Identifier: MIT
// A butterfly over 24 lanes: some partners are lanes that do not take part.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
// finding: sync-source
// cause: undefined summands
extern "C" __global__ void butterfly_of_24(const float* in, float* out) {
  const int lane = threadIdx.x;
  if (lane < 24) {
    float sum = in[lane];
    for (int d = 16; d > 0; d /= 2) sum += __shfl_xor_sync(0x00ffffffu, sum, d);  // (1)
    out[lane] = sum;
  }
}
