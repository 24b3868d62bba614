// SPDX-License-Identifier: MIT
// Threads of one block exchange values through global memory with no barrier.
// emulate: --grid 2 --block 64 --arg f32[128]=iota --arg f32[128] --arg f32[128]
// finding: race-global
// cause: the neighbour's element may not be there yet
extern "C" __global__ void scratch_without_barrier(const float* in, float* scratch, float* out) {
  const int i = blockIdx.x * 64 + threadIdx.x;
  scratch[i] = in[i];       // (1)
  out[i] = scratch[i ^ 1];  // (2)
}
