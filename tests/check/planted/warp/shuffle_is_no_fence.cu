// SPDX-License-Identifier: MIT
// A shuffle stands between the store and the load: it exchanges registers and orders no memory.
// emulate: --grid 1 --block 32 --arg f32[32]=iota --arg f32[32]
// finding: race-shared
// cause: the partner's cell may be old although its register is new
extern "C" __global__ void shuffle_is_no_fence(const float* in, float* out) {
  __shared__ float cells[32];
  const int lane = threadIdx.x;
  const float x = in[lane];
  cells[lane] = x;  // (1)
  const float partner = __shfl_xor_sync(0xffffffffu, x, 1);
  out[lane] = cells[lane ^ 1] - partner;  // (2)
}
