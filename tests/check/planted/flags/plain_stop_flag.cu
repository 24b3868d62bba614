// SPDX-License-Identifier: MIT
// A block asks the others to stop by a plain store; they look by a plain load.
// emulate: --grid 2 --block 32 --arg f32[64]=iota --arg i32[1]=zeros --arg f32[64]
// finding: race-global
// cause: the others may never see it, since a plain load need not look again
extern "C" __global__ void plain_stop_flag(const float* in, int* stop, float* out) {
  const int i = blockIdx.x * 32 + threadIdx.x;
  if (i == 0) stop[0] = 1;  // (1)
  __syncthreads();
  if (blockIdx.x == 1 && threadIdx.x == 0) out[0] = in[stop[0]];  // (2)
}
