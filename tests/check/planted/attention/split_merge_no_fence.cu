// SPDX-License-Identifier: MIT
// The last split of a sequence merges the partial outputs; the others publish theirs without a fence.
// emulate: --grid 4 --block 32 --arg f32[128]=normal:19 --arg f32[128]=zeros --arg u32[1]=zeros --arg f32[32]
// finding: race-global
// cause: the merge may miss the work of a split
extern "C" __global__ void split_merge_no_fence(const float* acc, float* partial_o,
                                                unsigned int* tickets, float* o) {
  __shared__ bool last;
  const int t = threadIdx.x;
  partial_o[blockIdx.x * 32 + t] = 2.0f * acc[blockIdx.x * 32 + t];  // (1)
  __syncthreads();
  if (t == 0) last = atomicAdd(tickets, 1u) == gridDim.x - 1;
  __syncthreads();
  if (!last) return;
  float sum = 0.0f;
  for (int split = 0; split < 4; ++split) sum += partial_o[split * 32 + t];  // (2)
  o[t] = sum;
}
