// SPDX-License-Identifier: MIT
// Every split fences and counts; the last one merges all partial outputs.
// emulate: --grid 4 --block 32 --arg f32[128]=iota --arg f32[128] --arg u32[1]=zeros --arg f32[32]
extern "C" __global__ void split_merge(const float* acc, float* partial_o, unsigned int* tickets,
                                       float* o) {
  __shared__ bool last;
  const int t = threadIdx.x;
  partial_o[blockIdx.x * 32 + t] = 2.0f * acc[blockIdx.x * 32 + t];
  __threadfence();
  __syncthreads();
  if (t == 0) last = atomicAdd(tickets, 1u) == gridDim.x - 1;
  __syncthreads();
  if (!last) return;
  __threadfence();
  float sum = 0.0f;
  for (int split = 0; split < 4; ++split) sum += partial_o[split * 32 + t];
  o[t] = sum;
}
