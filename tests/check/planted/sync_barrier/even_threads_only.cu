// SPDX-License-Identifier: MIT
// A barrier in a branch that every second thread takes.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]=zeros
// finding: sync-barrier
// cause: the block may hang, or go on before all have come
extern "C" __global__ void even_threads_only(const float* in, float* out) {
  const int t = threadIdx.x;
  if (t % 2 == 0) {
    out[t] = in[t];
    __syncthreads();  // (1)
    out[t] += 1.0f;
  }
}
