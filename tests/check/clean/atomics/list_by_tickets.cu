// SPDX-License-Identifier: MIT
// A ticket gives each thread a place of its own in a list.
// emulate: --grid 1 --block 64 --arg i32[64]=iota --arg i32[64] --arg i32[1]
extern "C" __global__ void list_by_tickets(const int* in, int* out, int* count) {
  __shared__ int list[64];
  __shared__ int length;
  const int t = threadIdx.x;
  if (t == 0) length = 0;
  __syncthreads();
  if (in[t] % 4 == 1) list[atomicAdd(&length, 1)] = in[t];
  __syncthreads();
  out[t] = t < length ? list[length - 1 - t] : -1;
  if (t == 0) count[0] = length;
}
