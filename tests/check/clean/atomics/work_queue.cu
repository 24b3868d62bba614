// SPDX-License-Identifier: MIT
// Blocks draw rows from a counter; thread 0 hands the row on through shared memory, with two barriers.
// emulate: --grid 2 --block 64 --arg f32[320]=iota --arg f32[320] --arg i32[1]=zeros
extern "C" __global__ void work_queue(const float* in, float* out, int* next) {
  __shared__ int row;
  const int t = threadIdx.x;
  while (true) {
    if (t == 0) row = atomicAdd(next, 1);
    __syncthreads();
    const int mine = row;
    __syncthreads();
    if (mine >= 5) break;
    out[mine * 64 + t] = 2.0f * in[mine * 64 + t];
  }
}
