// SPDX-License-Identifier: MIT
// A ticket gives each thread a place in a list; the list is read before all have filled theirs.
// emulate: --grid 1 --block 64 --arg i32[64]=iota --arg i32[64]
// finding: race-shared
// cause: a thread may read a place that is not filled yet
extern "C" __global__ void list_read_early(const int* in, int* out) {
  __shared__ int list[64];
  __shared__ int length;
  const int t = threadIdx.x;
  list[t] = -1;
  if (t == 0) length = 0;
  __syncthreads();
  list[atomicAdd(&length, 1)] = in[t];  // (1)
  out[t] = list[t ^ 1];                 // (2)
}
