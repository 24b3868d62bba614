// SPDX-License-Identifier: MIT
// A scan by shuffles: a lane without a source gets its own value, which is allowed and unused.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
extern "C" __global__ void scan_by_shuffle(const float* in, float* out) {
  const int lane = threadIdx.x % 32;
  float sum = in[threadIdx.x];
  for (int d = 1; d < 32; d *= 2) {
    const float left = __shfl_up_sync(0xffffffffu, sum, d);
    if (lane >= d) sum += left;
  }
  out[threadIdx.x] = sum;
}
