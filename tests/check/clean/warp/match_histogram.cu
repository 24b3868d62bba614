// SPDX-License-Identifier: MIT
// Lanes with the same bin are matched; one of them adds for all.
// emulate: --grid 1 --block 64 --arg i32[64]=iota --arg i32[8]
extern "C" __global__ void match_histogram(const int* in, int* out) {
  __shared__ int bins[8];
  const int t = threadIdx.x;
  if (t < 8) bins[t] = 0;
  __syncthreads();
  const int bin = in[t] * in[t] % 8;
  const unsigned int same = __match_any_sync(0xffffffffu, bin);
  if (t % 32 == __ffs(same) - 1) atomicAdd(&bins[bin], __popc(same));
  __syncthreads();
  if (t < 8) out[t] = bins[t];
}
