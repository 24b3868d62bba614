// SPDX-License-Identifier: MIT
// A barrier in a loop that some lanes of a warp leave earlier than others.
// emulate: --grid 1 --block 32 --arg f32[48]=iota --arg f32[48] --arg i32=48
// finding: sync-barrier
// cause: the block may hang, or go on before all have come
extern "C" __global__ void loop_of_its_own_length(const float* in, float* out, int n) {
  for (int i = threadIdx.x; i < n; i += 32) {
    out[i] = in[i];
    __syncthreads();  // (1)
  }
}
